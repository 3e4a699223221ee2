//! Every fetch of a small set, to a server with every small policy. The browser agrees with the policy, and names what
//! the policy denies.

use fetch_cors::{
    conformance::{
        laws,
        policies::{PolicySpec, SERVER},
    },
    http::Method,
    infrastructure::{
        header_list::HeaderList,
        origin::{OpaqueOrigin, Origin},
        request::{CredentialsMode, Mode, Request},
    },
    server::AllowList,
};

const LISTED: &str = "https://a.example";
const ORIGINS: [&[&str]; 3] = [&["*"], &[LISTED], &["https://*.a.example", LISTED]];
const METHODS: [&[&str]; 4] = [&[], &["PUT"], &["PATCH", "PUT"], &["*"]];
const NAMES: [&[&str]; 6] = [
    &[],
    &["x-a"],
    &["content-type", "x-a"],
    &["authorization"],
    &["*"],
    &["*", "authorization"],
];
const REQUESTED_METHODS: [&str; 5] = ["GET", "POST", "PUT", "patch", "*"];
const REQUESTED_NAMES: [&str; 4] = ["*", "authorization", "content-type", "x-a"];

fn list(entries: &[&str]) -> AllowList {
    match entries {
        ["*"] => AllowList::Any,
        entries => AllowList::Only(entries.iter().map(ToString::to_string).collect()),
    }
}

fn policies() -> Vec<PolicySpec> {
    let mut policies = Vec::new();
    for origins in ORIGINS {
        for methods in METHODS {
            for names in NAMES {
                for credentials in [false, true] {
                    let mut spec = PolicySpec::from_origins([LISTED]);
                    spec.origins = list(origins);
                    spec.methods = list(methods);
                    spec.request_headers = names.iter().map(ToString::to_string).collect();
                    spec.max_age = Some(600);
                    spec.credentials = credentials;
                    if !(credentials && spec.origins == AllowList::Any) {
                        policies.push(spec);
                    }
                }
            }
        }
    }
    policies
}

fn requests() -> Vec<Request> {
    let url = || SERVER.parse().unwrap();
    let pages = [
        Origin::parse(LISTED).unwrap(),
        Origin::parse("https://a.test").unwrap(),
        Origin::Opaque(OpaqueOrigin(0)),
    ];
    let mut requests = Vec::new();
    for page in pages {
        for method in REQUESTED_METHODS {
            for subset in 0..1 << REQUESTED_NAMES.len() {
                for credentials_mode in [CredentialsMode::SameOrigin, CredentialsMode::Include] {
                    for use_cors_preflight_flag in [false, true] {
                        let mut request = Request::new(page.clone(), url());
                        request.mode = Mode::Cors;
                        request.unsafe_request_flag = true;
                        request.method = Method::from_bytes(method.as_bytes()).unwrap();
                        request.credentials_mode = credentials_mode;
                        request.use_cors_preflight_flag = use_cors_preflight_flag;
                        let names = REQUESTED_NAMES.iter().enumerate();
                        let names = names.filter(|(at, _)| subset & (1 << at) != 0);
                        let pairs = names.map(|(_, name)| (name, "\"unsafe\""));
                        request.header_list = HeaderList::from_pairs(pairs).unwrap();
                        requests.push(request);
                    }
                }
            }
        }
    }
    requests
}

#[test]
fn browser_agrees_with_every_small_policy() {
    let (policies, requests) = (policies(), requests());
    assert_eq!((policies.len(), requests.len()), (120, 960));
    for spec in policies {
        let policy = spec.build().unwrap();
        for request in &requests {
            let checked = laws::fetch_succeeds_exactly_when_permitted(&spec, &policy, request)
                .and_then(|()| laws::failure_names_the_denial(&spec, &policy, request));
            checked.unwrap_or_else(|violation| panic!("{spec:?}\n{request:?}\n{violation}"));
        }
    }
}
