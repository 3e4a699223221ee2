//! Each kind of probe is necessary: there is a server with a mistake that only the probes of this kind show. Without these
//! probes, the server violates no law. The kinds are the names of the probes that a check sends, without numbers.

use std::collections::{BTreeMap, BTreeSet};

use fetch_cors::{
    cases::RequestLine,
    conformance::{Check, handler, policies::serve_with_handler},
    infrastructure::response::Response as FetchResponse,
};

use super::*;

/// The end of the names of the probes that the check sends again at its end.
const SENT_AGAIN: &str = "-sent-again";

fn is_sent_again(line: &RequestLine) -> bool {
    line.id.rsplit_once('/').unwrap().0.ends_with(SENT_AGAIN)
}

/// Returns the kind of the probe with this request: the name of the probe without its number. A probe that the check sends
/// again has the same kind.
fn kind(line: &RequestLine) -> String {
    let (name, _) = line.id.rsplit_once('/').unwrap();
    let name = name.strip_suffix(SENT_AGAIN).unwrap_or(name);
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
    name.trim_end_matches('-').to_owned()
}

/// Whether the probes of the kind `other` exist only because of the probes of the kind `of`: they send the same requests
/// again, or with credentials.
fn is_copy(other: &str, of: &str) -> bool {
    let suffix = other.strip_prefix(of).unwrap_or_default();
    ["-again", "-with-cookie", "-with-authorization"]
        .iter()
        .any(|end| suffix.ends_with(end))
}

/// Whether the request is of another kind than `of`, and not of a copy of it.
fn is_other(line: &RequestLine, of: &str) -> bool {
    let kind = kind(line);
    kind != of && !is_copy(&kind, of)
}

/// A check of one policy. The check has no generated probes, because their requests depend on the seed.
struct Setting {
    policy: CorsPolicy,
    /// The check before its first request.
    check: Check,
    lines: Vec<RequestLine>,
    /// The kinds of the probes that send a request. The key is the text of the request.
    senders: BTreeMap<String, BTreeSet<String>>,
}

impl Setting {
    fn new(policy: CorsPolicy) -> Self {
        let config = config().fetches(0);
        let config = config.error_url("https://api.example/missing").unwrap();
        let check = Check::new(&policy, config).unwrap().without_shrinking();
        let lines = check.probes().flat_map(|probe| probe.requests());
        let lines: Vec<RequestLine> = lines.cloned().collect();
        let mut senders = BTreeMap::<_, BTreeSet<_>>::new();
        for line in &lines {
            senders.entry(text(line)).or_default().insert(kind(line));
        }
        Self {
            policy,
            check,
            lines,
            senders,
        }
    }

    fn kinds(&self) -> BTreeSet<String> {
        self.senders.values().flatten().cloned().collect()
    }

    /// Returns the report on a server that answers rightly before `change` changes the answer. The server does not get the
    /// requests for which `is_skipped` returns true.
    fn report(
        &self,
        is_skipped: impl Fn(&RequestLine) -> bool,
        mut change: impl FnMut(&RequestLine, &Request<()>, &mut Response<()>),
    ) -> Report {
        let mut check = self.check.clone();
        while let Some(line) = check.request() {
            if is_skipped(line) {
                check.skip();
                continue;
            }
            let request = Request::try_from(&line.request).unwrap();
            let mut response = self.right(&request);
            change(line, &request, &mut response);
            check.answer(Ok(FetchResponse::from(&response)));
        }
        check.report()
    }

    /// Answers like a server with the middleware of this crate before the test handler. The server answers 404 at the URL
    /// of the error.
    fn right(&self, request: &Request<()>) -> Response<()> {
        if is_preflight(request) && request.headers().contains_key("origin") {
            return serve(&self.policy, request);
        }
        let headers = handler(request).headers().clone();
        let mut response = serve_with_handler(&self.policy, request, &headers);
        if request.uri().path() == "/missing" {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        response
    }

    /// Whether there is a mistake that only the probes of the kind show. The server makes the mistake in its answers to the
    /// requests that no other probe sends, so it gives no wrong answer without these probes.
    fn needs(&self, of: &str) -> bool {
        let alone = self.lines.iter().filter(|line| {
            let mut senders = self.senders[&text(line)].iter();
            kind(line) == of && senders.all(|kind| kind == of || is_copy(kind, of))
        });
        let alone: Vec<&RequestLine> = alone.collect();
        let mut wrong = Vec::new();
        for mistake in MISTAKES {
            let ids = alone.iter().filter(|line| {
                let request = Request::try_from(&line.request).unwrap();
                let right = self.right(&request);
                let mut response = self.right(&request);
                mistake(&request, &mut response);
                format!("{right:?}") != format!("{response:?}")
            });
            let ids: BTreeSet<&str> = ids.map(|line| &*line.id).collect();
            if !ids.is_empty() {
                wrong.push((mistake, ids));
            }
        }
        let finds = |is_skipped: &dyn Fn(&RequestLine) -> bool| {
            wrong.iter().any(|(mistake, ids)| {
                let report = self.report(is_skipped, |line, request, response| {
                    if ids.contains(&*line.id) {
                        mistake(request, response);
                    }
                });
                !report.violations().is_empty()
            })
        };
        // A check of only these probes takes much less time, and usually shows a mistake too.
        finds(&|line| is_other(line, of)) || finds(&|_| false)
    }

    /// Whether only the skipped requests show the mistake of a server that answers equal requests differently.
    fn needs_again(&self, is_skipped: fn(&RequestLine) -> bool, mistake: MistakeOfState) -> bool {
        let finds = |is_skipped: &dyn Fn(&RequestLine) -> bool| {
            let mut earlier = Vec::new();
            let report = self.report(is_skipped, |line, _, response| {
                let text = text(line);
                mistake(response, &earlier, &text);
                earlier.push(text);
            });
            !report.violations().is_empty()
        };
        finds(&|_| false) && !finds(&is_skipped)
    }
}

/// Returns the request as a text. Equal requests have equal texts.
fn text(line: &RequestLine) -> String {
    format!("{:?}", line.request)
}

/// Changes a right answer to a wrong answer.
type Mistake = fn(&Request<()>, &mut Response<()>);

/// Changes a right answer to a wrong answer. The texts are the texts of the earlier requests, and of the request.
type MistakeOfState = fn(&mut Response<()>, &[String], &str);

fn remove_cors(response: &mut Response<()>) {
    let names = response.headers().keys().cloned();
    let cors = names.filter(|name| name.as_str().starts_with("access-control-"));
    for name in cors.collect::<Vec<_>>() {
        response.headers_mut().remove(name);
    }
}

fn fails(response: &mut Response<()>, status: StatusCode) {
    remove_cors(response);
    *response.status_mut() = status;
}

fn grants_everything(request: &Request<()>, response: &mut Response<()>) {
    let given = request.headers();
    let copied = [
        ("origin", "access-control-allow-origin"),
        (
            "access-control-request-method",
            "access-control-allow-methods",
        ),
        (
            "access-control-request-headers",
            "access-control-allow-headers",
        ),
    ];
    for (from, to) in copied {
        if let Some(value) = given
            .get(from)
            .filter(|_| to.ends_with("origin") || is_preflight(request))
        {
            response.headers_mut().insert(to, value.clone());
        }
    }
    let headers = response.headers_mut();
    set(headers, "access-control-allow-credentials", "true");
    set(headers, "vary", "Origin");
    if is_preflight(request) {
        *response.status_mut() = StatusCode::NO_CONTENT;
    }
}

const MISTAKES: &[Mistake] = &[
    |_, response| remove_cors(response),
    |request, response| grants_everything(request, response),
    |_, response| fails(response, StatusCode::INTERNAL_SERVER_ERROR),
    |_, response| fails(response, StatusCode::FORBIDDEN),
    // The status is wrong, but the headers are right.
    |_, response| *response.status_mut() = StatusCode::FORBIDDEN,
    |_, response| {
        response.headers_mut().remove("vary");
    },
    |_, response| {
        response.headers_mut().remove("fetch-cors-handler");
    },
    |_, response| {
        let headers = response.headers_mut();
        set(headers, "access-control-allow-methods", "PUT");
    },
    |_, response| {
        let headers = response.headers_mut();
        set(headers, "access-control-allow-private-network", "true");
    },
    |_, response| {
        let headers = response.headers_mut();
        headers.append("vary", HeaderValue::from_static("x-fetch-cors"));
    },
    |_, response| {
        let headers = response.headers_mut();
        if let Some(sent) = headers.get("access-control-allow-origin").cloned() {
            headers.append("access-control-allow-origin", sent);
        }
    },
    |request, response| {
        if let Some(asked) = request.headers().get("access-control-request-headers") {
            response.headers_mut().insert("x-asked", asked.clone());
        }
    },
];

fn settings() -> Vec<Setting> {
    let any = CorsPolicy::builder().any_origin().any_method();
    let any = any.any_request_header().build().unwrap();
    let one = CorsPolicy::builder().origin("https://app.example.com");
    let one = one.credentials(true).any_request_header().build().unwrap();
    let lists: [&[&str]; 3] = [
        &[
            "https://*.app.example.com",
            "https://*.example.com",
            "https://app-*.other.test",
            "https://second.test:8443",
            "http://localhost:*",
        ],
        &[
            "capacitor://localhost",
            "chrome-extension://abcdefghijklmnopabcdefghijklmnoa",
            "http://192.168.7.10:8080",
        ],
        &["https://foo.com:3000", "https://*.bar.com"],
    ];
    let mut settings = vec![Setting::new(policy()), Setting::new(one), Setting::new(any)];
    settings.extend(lists.map(|origins| Setting::new(policy_of(origins))));
    settings
}

#[test]
fn each_kind_of_probe_finds_a_mistake_alone() {
    let settings = settings();
    let mut unneeded: BTreeSet<String> = settings.iter().flat_map(Setting::kinds).collect();
    // `kinds_of_equal_requests_find_mistakes_of_state` is about these kinds.
    unneeded.remove("listed-origin-again");
    unneeded.remove("head");
    for setting in &settings {
        let report = setting.report(|_| false, |_, _, _| ());
        assert!(report.violations().is_empty(), "{report}");
        let kinds = setting.kinds();
        for of in &kinds {
            let report = setting.report(|line| is_other(line, of), |_, _, _| ());
            assert!(report.violations().is_empty(), "{of}: {report}");
        }
        unneeded.retain(|kind| !(kinds.contains(kind) && setting.needs(kind)));
    }
    assert!(unneeded.is_empty(), "{unneeded:#?}");
}

#[test]
fn kinds_of_equal_requests_find_mistakes_of_state() {
    let setting = Setting::new(policy());
    // The server denies a request that is equal to the request before.
    let is_again = |line: &RequestLine| kind(line) == "listed-origin-again";
    assert!(setting.needs_again(is_again, |response, earlier, text| {
        if earlier.last().is_some_and(|last| last == text) {
            remove_cors(response);
        }
    }));
    // The server denies a HEAD request without a preflight. The probes of `safelisted-method-head` have a preflight.
    let is_head = |line: &RequestLine| {
        let kind = kind(line);
        ["head", "error-response-to-head", "other-page-method"].contains(&&*kind)
            || is_copy(&kind, "head")
    };
    assert!(setting.needs_again(is_head, |response, earlier, text| {
        let is_head = text.contains("method: HEAD");
        let mut last = earlier.last().into_iter();
        if is_head && !last.any(|last| last.contains("method: OPTIONS")) {
            remove_cors(response);
        }
    }));
    // The server fails on every second request with the same cookie.
    assert!(
        setting.needs_again(is_sent_again, |response, earlier, text| {
            if text.contains("cookie") && earlier.iter().any(|other| other == text) {
                fails(response, StatusCode::INTERNAL_SERVER_ERROR);
            }
        })
    );
}
