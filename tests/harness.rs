//! The harness finds each mistake of a broken server, and finds nothing in a correct server.
#![cfg(feature = "conformance")]
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

#[path = "harness/advice_for_policies.rs"]
mod advice_for_policies;
#[path = "harness/advice_works.rs"]
mod advice_works;
#[path = "harness/broken.rs"]
mod broken;
#[path = "harness/careless_headers.rs"]
mod careless_headers;
#[path = "harness/careless_patterns.rs"]
mod careless_patterns;
#[path = "harness/causes.rs"]
mod causes;
#[path = "harness/causes_in_place_of_symptoms.rs"]
mod causes_in_place_of_symptoms;
#[path = "harness/circumstances.rs"]
mod circumstances;
#[path = "harness/comparisons.rs"]
mod comparisons;
#[path = "harness/conditions.rs"]
mod conditions;
#[path = "harness/display.rs"]
mod display;
#[path = "harness/engines.rs"]
mod engines;
#[path = "harness/exposed.rs"]
mod exposed;
#[path = "harness/failed_conditions.rs"]
mod failed_conditions;
#[path = "harness/failed_parts.rs"]
mod failed_parts;
#[path = "harness/false_causes.rs"]
mod false_causes;
#[path = "harness/first_lines.rs"]
mod first_lines;
#[path = "harness/grants_of_preflights.rs"]
mod grants_of_preflights;
#[path = "harness/invented.rs"]
mod invented;
#[path = "harness/local_hosts.rs"]
mod local_hosts;
#[path = "harness/logins.rs"]
mod logins;
#[path = "harness/long_preflights.rs"]
mod long_preflights;
#[path = "harness/many_entries.rs"]
mod many_entries;
#[path = "harness/max_age.rs"]
mod max_age;
#[path = "harness/missing_parts.rs"]
mod missing_parts;
#[path = "harness/named.rs"]
mod named;
#[path = "harness/not_checked.rs"]
mod not_checked;
#[path = "harness/notes.rs"]
mod notes;
#[path = "harness/one_cause.rs"]
mod one_cause;
#[path = "harness/one_finding.rs"]
mod one_finding;
#[path = "harness/open_ends.rs"]
mod open_ends;
#[path = "harness/other_forms.rs"]
mod other_forms;
#[path = "harness/pattern_prefixes.rs"]
mod pattern_prefixes;
#[path = "harness/places.rs"]
mod places;
#[path = "harness/preflight_lists.rs"]
mod preflight_lists;
#[path = "harness/rare_origins.rs"]
mod rare_origins;
#[path = "harness/reflected_names.rs"]
mod reflected_names;
#[path = "harness/reflections.rs"]
mod reflections;
#[path = "harness/refusals.rs"]
mod refusals;
#[path = "harness/refused_pages.rs"]
mod refused_pages;
#[path = "harness/same_words.rs"]
mod same_words;
#[path = "harness/scopes.rs"]
mod scopes;
#[path = "harness/servers.rs"]
mod servers;
#[path = "harness/severities.rs"]
mod severities;
#[path = "harness/silent_requests.rs"]
mod silent_requests;
#[path = "harness/sometimes.rs"]
mod sometimes;
#[path = "harness/stateful_comparison.rs"]
mod stateful_comparison;
#[path = "harness/stops.rs"]
mod stops;
#[path = "harness/subdomains_of_parents.rs"]
mod subdomains_of_parents;
#[path = "harness/subsets.rs"]
mod subsets;
#[path = "harness/text_searches.rs"]
mod text_searches;
#[path = "harness/texts.rs"]
mod texts;
#[path = "harness/texts_in_place_of_origins.rs"]
mod texts_in_place_of_origins;
#[path = "harness/two_conditions.rs"]
mod two_conditions;
#[path = "harness/two_mistakes.rs"]
mod two_mistakes;
#[path = "harness/two_rules.rs"]
mod two_rules;
#[path = "harness/unstable.rs"]
mod unstable;
#[path = "harness/with_credentials.rs"]
mod with_credentials;
#[path = "harness/words.rs"]
mod words;
#[path = "harness/wrong_values.rs"]
mod wrong_values;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use fetch_cors::{
    conformance::{
        Cause, Check, CheckConfig, Finding, Report, Severity, check, check_async,
        laws::Law,
        policies::{HasPredicateError, PolicySpec, policy, serve},
    },
    infrastructure::response::Response as FetchResponse,
    server::CorsPolicy,
};
use http::{Request, Response};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

const URL: &str = "https://api.example/notes?all";

fn config() -> CheckConfig {
    CheckConfig::new(URL).unwrap()
}

/// Returns the law of each violation and the kinds of the requests that violate the law, sorted.
fn kinds(report: &Report) -> Vec<(Law, String)> {
    let violations = report.violations().iter();
    let kinds = violations.map(|violation| (violation.law(), violation.requests().join(" ")));
    let mut kinds: Vec<_> = kinds.collect();
    kinds.sort_by_key(|(law, kind)| (law.name(), kind.clone()));
    kinds
}

/// Returns the names of the causes, in the order of the findings.
fn names(report: &Report) -> Vec<&'static str> {
    let findings = report.findings();
    findings
        .iter()
        .map(|finding| finding.cause().name())
        .collect()
}

fn report_of(policy: &CorsPolicy, config: CheckConfig) -> Report {
    let mut server = |request: Request<()>| serve(policy, &request);
    check(&mut server, policy, config).unwrap()
}

#[test]
fn own_policies_violate_no_law() {
    let mut runner = TestRunner::deterministic();
    let (mut fetches, policies) = (0, 100);
    for seed in 0..policies {
        let mut spec: PolicySpec = policy().new_tree(&mut runner).unwrap().current();
        spec.predicate = None;
        let report = report_of(&spec.build().unwrap(), config().seed(seed).fetches(60));
        assert!(report.violations().is_empty(), "{spec:?}\n{report}");
        assert_eq!(report.missing(), 0, "{spec:?}");
        fetches += report.fetches();
    }
    assert!(fetches > 60 * policies as usize, "{fetches}");
}

/// A server that is tested on plain http usually runs behind TLS later, so the harness allows mixed content.
#[test]
fn a_server_on_plain_http_is_judged_like_one_on_https() {
    let policy = CorsPolicy::builder()
        .origin("https://app.example")
        .methods(["PUT"])
        .build()
        .unwrap();
    let names = |url: &str| {
        let config = CheckConfig::new(url).unwrap();
        let check = Check::new(&policy, config).unwrap();
        let names = check.probes().map(|probe| probe.name().to_owned());
        names.collect::<BTreeSet<_>>()
    };
    let secure = "https://api.example/notes";
    assert_eq!(names("http://api.example/notes"), names(secure));
    let laws = |url: &str| {
        let config = CheckConfig::new(url).unwrap();
        assert!(report_of(&policy, config.clone()).violations().is_empty());
        let report = check(&mut servers::reflecting(), &policy, config).unwrap();
        let laws = report
            .with_severity(Severity::Security)
            .map(|violation| violation.law());
        laws.collect::<BTreeSet<_>>()
    };
    assert!(!laws(secure).is_empty());
    assert_eq!(laws("http://api.example/notes"), laws(secure));
}

#[test]
fn policy_with_predicate_is_refused() {
    let policy = CorsPolicy::builder().origin_predicate(&[], |_, _| true);
    let policy = policy.build().unwrap();
    assert_eq!(
        Check::new(&policy, config()).unwrap_err(),
        HasPredicateError
    );
}

#[test]
fn seed_determines_requests_and_report() {
    let policy = servers::policy();
    let lines = |seed| {
        let check = Check::new(&policy, config().seed(seed)).unwrap();
        let probes: Vec<_> = check.probes().cloned().collect();
        let lines = probes.iter().flat_map(|probe| probe.requests());
        lines.map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(lines(1), lines(1));
    assert_ne!(lines(1), lines(2));
    let report = |seed| {
        let mut server = servers::reflecting();
        check(&mut server, &policy, config().seed(seed)).unwrap()
    };
    assert_eq!(report(3), report(3));
}

#[test]
fn names_are_kebab_case_and_ids_are_unique() {
    for origins in [
        &["https://*.a.example:*", "null", "http://[::1]:8080"][..],
        &["https://a.example"],
    ] {
        let mut spec = PolicySpec::from_origins(origins.iter().copied());
        spec.methods = ["PATCH", "PUT", "a!#$"].into();
        spec.request_headers = vec!["x-a".into(), "authorization".into()];
        let check = Check::new(&spec.build().unwrap(), config()).unwrap();
        let mut ids = BTreeSet::new();
        for probe in check.probes() {
            let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(probe.name().chars().all(is_kebab), "{}", probe.name());
            for (line, number) in probe.requests().iter().zip(1..) {
                assert_eq!(line.id, format!("{}/{number}", probe.name()));
                assert!(ids.insert(line.id.clone()), "{}", line.id);
            }
            assert!(probe.requests().len() <= 2);
        }
        for attack in [
            "reflection",
            "null",
            "prefix",
            "suffix",
            "unescaped-dot",
            "contained",
            "special-character-x5f",
            "special-character-x60",
            "repeated-origin",
            "repeated-origin-unlisted-first",
            "plain-options",
            "without-an-origin",
            "listed-header-2",
            "request-headers-in-lines",
            "case-of-a-method",
            "part-of-a-header",
            "long-request-headers-of-commas",
        ] {
            assert!(ids.contains(&format!("{attack}/1")), "{attack} of {ids:?}");
        }
    }
}

/// The label of a probe, `is_from_browser`, says whether a page in a browser can send the requests of the probe.
#[test]
fn labels_match_what_browsers_send() {
    let spec = PolicySpec::from_origins(["https://app.example", "https://*.app.example"]);
    let check = Check::new(&spec.build().unwrap(), config()).unwrap();
    let label = |name: &str| {
        let probe = check.probes().find(|probe| probe.name() == name);
        probe.expect(name).is_from_browser()
    };
    for name in [
        "prefix",
        "null",
        "special-character-x5f",
        "special-character-x60",
        "special-character-x7b",
    ] {
        assert!(label(name), "{name}");
    }
    for name in [
        "upper-case-origin",
        "origin-with-path",
        "special-character-x253630",
        "special-character-x7c",
        "repeated-origin",
        "repeated-origin-unlisted-first",
        "path-before-suffix-2",
        "query-before-suffix-2",
        "user-before-suffix-2",
        "space-before-suffix-2",
        "upper-case-before-suffix-2",
        "nothing-before-suffix-2",
    ] {
        assert!(!label(name), "{name}");
    }
}

/// The harness checks exactly the laws to which the index gives a severity.
#[test]
fn the_harness_checks_the_laws_with_a_severity() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/conformance/harness");
    let mut checked = BTreeSet::new();
    for path in files_below(&folder) {
        let text = fs::read_to_string(&path).unwrap();
        let words = text.split(|c: char| !c.is_alphanumeric() && c != ':');
        checked.extend(words.filter_map(|word| Some(word.strip_prefix("Law::")?.to_owned())));
    }
    let mut indexed = BTreeSet::new();
    for law in Law::ALL.iter().filter(|law| law.severity().is_some()) {
        indexed.insert(format!("{law:?}"));
    }
    assert_eq!(checked, indexed);
}

/// The harness only reads the members of a policy. The harness does not call functions of the policy that decide about
/// requests, because the harness also judges these functions.
#[test]
fn harness_only_reads_the_policy() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/conformance/harness");
    let paths = files_below(&folder);
    assert!(paths.len() > 20, "only {paths:?}");
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let code: String = code.flat_map(|line| line.split_whitespace()).collect();
        assert!(!code.contains("policy.permits"), "{}", path.display());
        assert!(!code.contains("policy:CorsPolicy"), "{}", path.display());
    }
}

#[test]
fn async_check_gives_the_same_report() {
    let policy = servers::policy();
    let report = pollster::block_on(check_async(
        async |request: Request<()>| Ok::<_, ()>(serve(&policy, &request).map(|()| "a body")),
        &policy,
        config(),
    ));
    assert_eq!(report.unwrap(), report_of(&policy, config()));
    let nothing = async |_: Request<()>| Err::<Response<()>, _>("closed");
    let report = pollster::block_on(check_async(nothing, &policy, config())).unwrap();
    // The report has one violation for each pair of a law and a kind of request. Requests that no page needs, such as OPTIONS
    // without the headers of a preflight, have a violation of their own.
    let found = kinds(&report);
    let mut found: Vec<(Law, &str)> = found.iter().map(|(law, kind)| (*law, &**kind)).collect();
    found.dedup();
    let fails = Law::EveryRequestGetsAResponse;
    let expected = [
        (fails, "allowed-origin"),
        (fails, "denied-origin"),
        (fails, "no-origin"),
        (fails, "own-origin"),
        (fails, "several-origins"),
        (Law::FetchSucceedsExactlyWhenPermitted, "allowed-origin"),
    ];
    assert_eq!(found, expected, "{report}");
    let broken = report.with_severity(Severity::Broken).count();
    // No browser sends several `Origin` lines, so this missing response is waste.
    assert_eq!(broken, expected.len() - 1);
    let causes: Vec<Cause> = report.findings().iter().map(Finding::cause).collect();
    assert_eq!(causes, [Cause::NoResponse]);
}

/// If only generated requests show a violation, the harness makes the request of the violation as small as possible.
#[test]
fn generated_violation_is_made_small() {
    let policy = servers::policy();
    // The server makes a mistake only for an allowed PUT with the second listed header. The test requests that the harness
    // always sends have no such request.
    let mut server = servers::changed(policy.clone(), |request, response| {
        let value = |name: &str| {
            request
                .headers()
                .get(name)
                .cloned()
                .unwrap_or(http::HeaderValue::from_static(""))
        };
        let is_wrong = value("access-control-request-method") == "PUT"
            && value("access-control-request-headers")
                .to_str()
                .is_ok_and(|names| names.contains("x-b"))
            && response.headers().contains_key("access-control-max-age");
        if is_wrong {
            response.headers_mut().remove("access-control-allow-origin");
        }
    });
    let mut report = |seed: u64, shrinks: bool| {
        let config = config().seed(seed).fetches(8);
        let mut check = Check::new(&policy, config).unwrap();
        if !shrinks {
            check = check.without_shrinking();
        }
        while let Some(line) = check.request() {
            let request = Request::try_from(&line.request).unwrap();
            check.answer(Ok(FetchResponse::from(&server(request))));
        }
        check.report()
    };
    let names_and_page = |report: &Report| {
        let violation = report.with_severity(Severity::Broken).next()?;
        assert!(violation.probe().starts_with("generated-"), "{report}");
        assert_eq!(violation.error().unwrap().step(), "cors-check/2");
        let list = violation.exchanges()[0].request.header_list.clone();
        let names = list
            .get("access-control-request-headers")
            .unwrap()
            .into_owned();
        let page = list.get("origin").unwrap().into_owned();
        Some((
            names.split(|&byte| byte == b',').count(),
            String::from_utf8(page).unwrap(),
        ))
    };
    let (mut found, mut made_smaller) = (0, [0, 0]);
    for seed in 0..80 {
        let plain = names_and_page(&report(seed, false));
        // Most seeds do not show the mistake. A few of them are enough to see that both reports agree.
        if plain.is_none() && seed >= 10 {
            continue;
        }
        let shrunk = names_and_page(&report(seed, true));
        assert_eq!(plain.is_some(), shrunk.is_some());
        if let (Some(plain), Some(shrunk)) = (plain, shrunk) {
            assert_eq!((shrunk.0, &*shrunk.1), (1, "https://app.example"), "{seed}");
            found += 1;
            made_smaller[0] += usize::from(plain.0 > 1);
            made_smaller[1] += usize::from(plain.1 != shrunk.1);
        }
    }
    assert!(
        found > 5 && made_smaller.iter().all(|count| *count > 0),
        "{found}, {made_smaller:?}"
    );
}

/// `Check::request` returns the same request until the request is answered or skipped.
#[test]
fn skipped_requests_are_missing() {
    let policy = servers::policy();
    let mut check = Check::new(&policy, config().fetches(0)).unwrap();
    let all: usize = check.probes().map(|probe| probe.requests().len()).sum();
    let first = check.request().cloned();
    assert_eq!(check.request().cloned(), first);
    check.answer(Ok(FetchResponse::new(
        http::StatusCode::OK,
        Default::default(),
    )));
    assert_ne!(check.request().cloned(), first);
    while check.request().is_some() {
        check.skip();
    }
    let report = check.report();
    assert_eq!((report.exchanges(), report.missing()), (1, all - 1));
}

/// Returns the files of a folder and of its subfolders.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}
