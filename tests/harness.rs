//! The harness, both ways: it finds nothing where there is nothing, and each mistake that is made.
#![cfg(feature = "conformance")]
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

#[path = "harness/broken.rs"]
mod broken;
#[path = "harness/servers.rs"]
mod servers;

use std::{collections::BTreeSet, fs, path::Path};

use fetch_cors::{
    conformance::{
        Check, Config, Report, Severity, check, check_async,
        policies::{HasPredicate, PolicySpec, policy, serve},
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

fn config() -> Config {
    Config::new(URL).unwrap()
}

fn held(policy: &CorsPolicy, config: Config) -> Report {
    let mut server = |request: Request<()>| serve(policy, &request);
    check(&mut server, policy, config).unwrap()
}

#[test]
fn our_own_policies_break_no_law() {
    let mut runner = TestRunner::deterministic();
    let (mut fetches, policies) = (0, 300);
    for seed in 0..policies {
        let mut spec: PolicySpec = policy().new_tree(&mut runner).unwrap().current();
        spec.predicate = None;
        let report = held(&spec.build().unwrap(), config().seed(seed).fetches(60));
        assert!(report.violations().is_empty(), "{spec:?}\n{report}");
        assert_eq!(report.missing(), 0, "{spec:?}");
        fetches += report.fetches();
    }
    assert!(fetches > 60 * policies as usize, "{fetches}");
}

#[test]
fn a_policy_with_a_predicate_is_refused() {
    let policy = CorsPolicy::builder().origin_predicate([""; 0], |_, _| true);
    let policy = policy.build().unwrap();
    assert_eq!(Check::new(&policy, config()).unwrap_err(), HasPredicate);
}

#[test]
fn the_same_seed_gives_the_same_report_and_another_one_other_requests() {
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
        let mut spec = PolicySpec::of(origins.iter().copied());
        spec.methods = Some(vec!["PATCH".into(), "PUT".into(), "a!#$".into()]);
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

/// What a browser cannot produce is labelled so.
#[test]
fn labels_say_what_a_browser_can_produce() {
    let check = Check::new(&servers::policy(), config()).unwrap();
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
    ] {
        assert!(!label(name), "{name}");
    }
}

/// Each law that a violation can name is a function of the laws, and documented there.
#[test]
fn every_law_that_is_named_is_a_law() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/conformance");
    let laws = fs::read_to_string(root.join("laws/mod.rs")).unwrap();
    let mut named = BTreeSet::new();
    for file in fs::read_dir(root.join("harness")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path().as_path()).unwrap_or_default();
        let words = text.split('"').filter(|word| word.matches('_').count() > 3);
        let is_name = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        named.extend(words.filter(is_name).map(str::to_owned));
    }
    assert!(named.len() >= 12, "{named:?}");
    for law in named {
        assert!(laws.contains(&law), "{law}");
    }
}

#[test]
fn an_async_server_is_held_to_the_same() {
    let policy = servers::policy();
    let report = pollster::block_on(check_async(
        async |request: Request<()>| Ok::<_, ()>(serve(&policy, &request).map(|()| "a body")),
        &policy,
        config(),
    ));
    assert_eq!(report.unwrap(), held(&policy, config()));
    let nothing = async |_: Request<()>| Err::<Response<()>, _>("closed");
    let report = pollster::block_on(check_async(nothing, &policy, config())).unwrap();
    assert_eq!(report.violations()[0].law(), "every_request_is_answered");
    assert_eq!(report.violations().len(), 1);
}

/// What generated requests show is made as small as it can be.
#[test]
fn a_violation_that_only_generated_requests_show_is_made_small() {
    let policy = servers::policy();
    // Only a request with a header and another method goes wrong.
    let mut server = |request: Request<()>| {
        let mut response = serve(&policy, &request);
        let asks = |name: &str| request.headers().contains_key(name);
        if request.method() == "OPTIONS" && asks("access-control-request-headers") && {
            request.headers()["access-control-request-method"] == "PUT"
        } {
            response.headers_mut().remove("access-control-allow-origin");
        }
        response
    };
    let report = check(&mut server, &policy, config().fetches(400)).unwrap();
    let of_law = |severity| report.of(severity).collect::<Vec<_>>();
    let broken = of_law(Severity::Broken);
    assert_eq!(broken.len(), 1, "{report}");
    let request = &broken[0].exchanges()[0].request;
    let asked = request
        .header_list
        .get("access-control-request-headers")
        .unwrap();
    assert_eq!(asked.split(|&byte| byte == b',').count(), 1, "{report}");
    assert!(broken[0].probe().starts_with("generated-"), "{report}");
    assert_eq!(broken[0].error().unwrap().step(), "cors-check/2");
}

/// A check by hand asks the same until it is answered, and counts what nobody asked.
#[test]
fn what_nobody_asks_is_missing() {
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
