//! The three ways to drive a fetch, and the conversions that they need.
#![cfg(feature = "browser")]
#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

use std::{convert::Infallible, fs, path::Path, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap as Headers, StatusCode},
    response::IntoResponse,
    routing::get,
};
use fetch_cors::{
    Failure, FetchError,
    api::RequestInit,
    fetching::{
        ConnectionError, Credentials, HttpRequest, Progress, UserAgent,
        cors_preflight_fetch::{cors_preflight_request, judge_cors_preflight_response},
        fetch, fetch_async, start,
    },
    http,
    infrastructure::{
        header_list::{HeaderList, HeaderMapConversionError},
        origin::Origin,
        request::{CredentialsMode, Request},
        response::{FilteredResponse, Response},
    },
};
use tower::ServiceExt;

const NOW: Duration = Duration::ZERO;

type Verdict = Result<FilteredResponse, FetchError>;

/// Returns a request of a page of `https://app.example`.
fn request(method: &str, path: &str) -> Request {
    let mut init = RequestInit::new(format!("https://api.example{path}").parse().unwrap());
    init.method = method.into();
    init.headers = match method {
        "GET" => vec![],
        _ => vec![("X-Note".into(), "1".into())],
    };
    init.credentials = CredentialsMode::Include;
    init.into_request(Origin::parse(b"https://app.example").unwrap())
        .unwrap()
}

const SHARED: [(&str, &str); 3] = [
    ("access-control-allow-origin", "https://app.example"),
    ("access-control-allow-credentials", "true"),
    ("access-control-expose-headers", "etag"),
];

/// Answers requests as a server. The URL `/notes` allows GET and PUT, but not DELETE. The URL `/old` redirects to
/// `/notes`.
fn server(http_request: &HttpRequest) -> Response {
    let mut headers = SHARED.to_vec();
    let status = match (http_request.method.as_str(), http_request.url.path()) {
        ("OPTIONS", "/notes") => {
            headers.push(("access-control-allow-methods", "PUT"));
            headers.push(("access-control-allow-headers", "x-note"));
            204
        }
        ("PUT", "/notes") => 201,
        ("GET", "/notes") => {
            headers.push(("etag", "\"1\""));
            200
        }
        ("GET", "/old") => {
            headers.push(("location", "/notes"));
            301
        }
        _ => 404,
    };
    let status = StatusCode::from_u16(status).unwrap();
    Response::new(status, HeaderList::from_pairs(headers).unwrap())
}

/// Returns a service that gives the same answers as [`server`].
fn service() -> Router {
    let preflight = [
        ("access-control-allow-methods", "PUT"),
        ("access-control-allow-headers", "x-note"),
    ];
    let notes = get(([("etag", "\"1\"")], "a note"))
        .put(StatusCode::CREATED)
        .options((StatusCode::NO_CONTENT, preflight));
    Router::new()
        .route("/notes", notes)
        .route(
            "/old",
            get((StatusCode::MOVED_PERMANENTLY, [("location", "/notes")])),
        )
        .layer(tower::util::MapResponseLayer::new(
            |response: axum::response::Response| (SHARED, response).into_response(),
        ))
}

/// Drives the fetch with a closure: the network is a function from a request to a response.
fn with_a_closure(request: Request) -> Verdict {
    fetch(&mut UserAgent::new(), request, NOW, |http_request| {
        Ok(server(http_request))
    })
}

/// Drives the fetch with a service: converts and sends each request, and converts the response back. Any
/// executor works.
fn with_a_service(request: Request) -> Verdict {
    let service = service();
    let mut user_agent = UserAgent::new();
    let verdict = fetch_async(
        &mut user_agent,
        request,
        || NOW,
        async |http_request| send(service.clone(), http_request).await,
    );
    pollster::block_on(verdict)
}

async fn send(service: Router, http_request: &HttpRequest) -> Result<Response, ConnectionError> {
    let converted = http::Request::try_from(http_request).map_err(|_| ConnectionError)?;
    let response: Result<_, Infallible> = service.oneshot(converted.map(|()| Body::empty())).await;
    response
        .map(|response| Response::from(&response))
        .map_err(|never| match never {})
}

/// Drives the fetch by hand: the caller sends each request and passes the response back.
fn by_hand(request: Request) -> Verdict {
    let mut user_agent = UserAgent::new();
    let mut progress = start(&mut user_agent, request, NOW);
    loop {
        match progress {
            Progress::Waiting(waiting) => {
                let response = server(waiting.http_request());
                progress = waiting.answer(&mut user_agent, NOW, Ok(response));
            }
            Progress::Done(verdict) => return verdict,
        }
    }
}

/// Returns the part of a verdict that does not depend on the kind of server.
fn summary(verdict: Verdict) -> String {
    let response = match verdict {
        Ok(response) => response,
        Err(error) => return format!("{} at {}", error.failure(), error.step()),
    };
    let etag = response.headers().find(|(name, _)| *name == "etag");
    format!(
        "{} {} {} redirected: {}, etag: {:?}",
        response.response_type().as_str(),
        response.status(),
        response.url().unwrap(),
        response.redirected(),
        etag.map(|(_, value)| value),
    )
}

fn assert_all_ways(method: &str, path: &str, expected: &str) {
    for (way, drive) in [
        ("with a closure", with_a_closure as fn(Request) -> Verdict),
        ("with a service", with_a_service),
        ("by hand", by_hand),
    ] {
        assert_eq!(summary(drive(request(method, path))), expected, "{way}");
    }
}

#[test]
fn put_is_preflighted_and_allowed() {
    assert_all_ways(
        "PUT",
        "/notes",
        "cors 201 https://api.example/notes redirected: false, etag: None",
    );
}

#[test]
fn delete_is_preflighted_and_denied() {
    assert_all_ways(
        "DELETE",
        "/notes",
        "method-disallowed-by-preflight-response at cors-preflight-fetch/7.5",
    );
}

#[test]
fn redirect_is_followed() {
    assert_all_ways(
        "GET",
        "/old",
        r#"cors 200 https://api.example/notes redirected: true, etag: Some("\"1\"")"#,
    );
}

#[test]
fn preflight_of_a_missing_path_is_denied() {
    // The path does not exist, so the preflight gets status 404.
    assert_all_ways(
        "PUT",
        "/nothing",
        "preflight-invalid-status at cors-preflight-fetch/7",
    );
}

/// One function makes the preflight request, and a second function judges the response to it. A whole fetch has the
/// same results.
#[test]
fn preflight_halves_agree_with_fetch() {
    let mut user_agent = UserAgent::new();
    for (method, expected) in [
        ("PUT", Ok(())),
        ("DELETE", Err(Failure::MethodDisallowedByPreflightResponse)),
    ] {
        let request = request(method, "/notes");
        let preflight = cors_preflight_request(&request);
        assert_eq!(preflight.method, "OPTIONS");
        assert_eq!(preflight.credentials, Credentials::Excluded);
        let response = pollster::block_on(send(service(), &preflight)).unwrap();
        let verdict = judge_cors_preflight_response(&request, &response, &mut user_agent, NOW);
        assert_eq!(verdict.map_err(|error| error.failure()), expected);
    }

    // `start` uses the cache entries of the preflight above, so the first request is the PUT.
    let Progress::Waiting(waiting) = start(&mut user_agent, request("PUT", "/notes"), NOW) else {
        panic!("the fetch ended without a request")
    };
    assert_eq!(waiting.http_request().method, "PUT");
    assert_eq!(waiting.http_request().credentials, Credentials::Included);
}

#[test]
fn broken_connection_is_a_network_error() {
    let verdict = fetch(&mut UserAgent::new(), request("GET", "/notes"), NOW, |_| {
        Err(ConnectionError)
    });
    assert_eq!(verdict.unwrap_err().failure(), Failure::NetworkError);
}

/// Another thread can run the future, if the future owns the user agent and the service.
#[test]
fn future_is_send() {
    let service = service();
    let verdict = async move {
        let mut user_agent = UserAgent::new();
        let network =
            async move |http_request: &HttpRequest| send(service.clone(), http_request).await;
        fetch_async(&mut user_agent, request("GET", "/old"), || NOW, network).await
    };
    let thread = std::thread::spawn(|| pollster::block_on(verdict));
    assert!(thread.join().unwrap().is_ok());
}

#[test]
fn header_lists_convert_to_header_maps_and_back() {
    let pairs = [
        ("vary", "b"),
        ("x-a", "\u{E9}"),
        ("vary", "a"),
        ("x-b", ""),
        ("vary", "b"),
    ];
    let list = HeaderList::from_pairs(pairs).unwrap();
    let map = Headers::try_from(&list).unwrap();
    assert_eq!(
        map.get_all("vary").iter().collect::<Vec<_>>(),
        ["b", "a", "b"]
    );

    // The values of one name stay in order. The order of the names is the order of the map.
    let again = HeaderList::from(&map);
    assert_eq!(again.len(), list.len());
    assert_eq!(again.get("vary").as_deref(), Some(b"b, a, b".as_slice()));
    assert_eq!(again.sort_and_combine(), list.sort_and_combine());
}

#[test]
fn control_bytes_do_not_fit_into_header_maps() {
    for byte in 0..=0xFF {
        let value = [b'a', byte, b'b'];
        let Ok(list) = HeaderList::from_pairs([("x-a", value)]) else {
            assert!(b"\0\r\n".contains(&byte), "{byte:#x}");
            continue;
        };
        let map = Headers::try_from(&list);
        let is_refused = byte < 0x20 && byte != b'\t' || byte == 0x7F;
        assert_eq!(map.is_err(), is_refused, "{byte:#x}");
        match map {
            Ok(map) => assert_eq!(HeaderList::from(&map), list),
            Err(error) => assert!(
                matches!(error, HeaderMapConversionError::Value(_)),
                "{error}"
            ),
        }
    }
}

#[test]
fn responses_convert_to_http_and_back() {
    let headers = [("set-cookie", "a=b"), ("set-cookie", "c=d"), ("etag", "1")];
    let response = Response::new(
        StatusCode::IM_A_TEAPOT,
        HeaderList::from_pairs(headers).unwrap(),
    );
    let converted = http::Response::try_from(&response).unwrap();
    assert_eq!(converted.status(), 418);
    assert_eq!(Response::from(&converted), response);

    let headers = HeaderList::from_pairs([("x-a", b"\x01")]).unwrap();
    assert!(http::Response::try_from(&Response::new(StatusCode::OK, headers)).is_err());
}

#[test]
fn requests_convert_from_http_and_back() {
    let given = http::Request::put("https://api.example/notes?all")
        .header("x-a", "1")
        .header("x-b", "2")
        .header("x-a", "3")
        .body(())
        .unwrap();
    let init = RequestInit::try_from(&given).unwrap();
    let request = init
        .into_request(Origin::parse(b"https://api.example").unwrap())
        .unwrap();
    let Progress::Waiting(waiting) = start(&mut UserAgent::new(), request, NOW) else {
        panic!("the fetch ended without a request")
    };
    let sent = http::Request::try_from(waiting.http_request()).unwrap();
    assert_eq!(sent.method(), given.method());
    assert_eq!(sent.uri(), given.uri());
    assert_eq!(
        sent.headers().get_all("x-a").iter().collect::<Vec<_>>(),
        ["1", "3"]
    );
    assert_eq!(sent.headers()["x-b"], "2");
    assert_eq!(sent.headers()["origin"], "https://api.example");

    // A request that a server receives has only a path, so the host is unknown.
    let relative = http::Request::get("/notes").body(()).unwrap();
    assert!(RequestInit::try_from(&relative).is_err());
}

/// Calls `$check` with each type, and returns the names of the types.
macro_rules! each {
    ($check:ident: $($path:ident)::+ {$($name:ident $(<$lifetime:lifetime>)?),* $(,)?}) => {{
        use $($path)::+::{$($name),*};
        $($check::<$name $(<$lifetime>)?>();)*
        vec![$(stringify!($name)),*]
    }};
}

const fn is_well_behaved<T: std::fmt::Debug + Clone + Send + Sync>() {}

fn public_types() -> Vec<&'static str> {
    use fetch_cors::{fetching, infrastructure, server};

    [
        each!(is_well_behaved: fetch_cors { Failure, FetchError, Spec, UnknownFailureError }),
        each!(is_well_behaved: fetch_cors::api {
            ApiCall<'static>, BodyWithType<'static>, Guard, Headers, RequestInit<'static>, XmlHttpRequest<'static>,
        }),
        each!(is_well_behaved: fetch_cors::engine {
            Engine, Quirk, QuirkSet, UnknownEngineError, UnknownQuirkError, Weight,
        }),
        each!(is_well_behaved: fetch_cors::explain {
            AlternativeAnswer, AlternativeFix, AlternativeKind, Asked, Caution, CautionKind, ChangedAnswer, ChangedHeader, ChangedStatus, Edit, EngineDifference, ExplainOutcomeError, ExplainedAnswer,
            ExplainedExchange, Explanation, Fix, HiddenHeader, HtmlPage<'static>, HtmlTable, NearMiss, NearMissKind, PageChange, RequestDoubt,
            Refusal, UnexpectedPage, Verdict, Wrapped<'static>, Wildcard,
        }),
        each!(is_well_behaved: fetch_cors::explain::input {
            Browser, ConsoleForm, ConsoleLine, ConsoleMessage, LeftOutReason, LeftOutResponse, PastedRequest,
            PastedResponse, PastedResponses, PastedResponsesError, PastedResponsesErrorKind, UnknownConsoleMessageError,
        }),
        public_types_of_recordings(),
        each!(is_well_behaved: fetch_cors::outcome { Outcome, SentRequest }),
        each!(is_well_behaved: fetching {
            ConnectionError, Credentials, HttpRequest, HttpRequestConversionError, PreflightReason, Progress,
            UserAgent, Waiting,
        }),
        each!(is_well_behaved: fetching::corp_check { CrossOriginResourcePolicyCheck }),
        each!(is_well_behaved: fetching::cors_preflight_cache { CacheKey, CorsPreflightCache }),
        each!(is_well_behaved: fetching::tao_check { TaoCheckError }),
        each!(is_well_behaved: infrastructure::header {
            HeaderName, HeaderValue, InvalidHeaderNameError, InvalidHeaderValueError,
        }),
        each!(is_well_behaved: infrastructure::header_list {
            HeaderList, InvalidHeaderError, HeaderMapConversionError,
        }),
        each!(is_well_behaved: infrastructure::header_values { Abnf, ExtractionError }),
        each!(is_well_behaved: infrastructure::mime { MimeType<'static> }),
        each!(is_well_behaved: infrastructure::origin {
            InvalidOriginError, OpaqueOrigin, Origin, TupleOrigin,
        }),
        each!(is_well_behaved: infrastructure::port { BlockBadPort }),
        each!(is_well_behaved: infrastructure::range {
            AllowWhitespace, Decimal<'static>, Range<'static>,
        }),
        each!(is_well_behaved: infrastructure::referrer_policy { ReferrerPolicy }),
        each!(is_well_behaved: infrastructure::request {
            Body, CredentialsMode, Mode, RedirectMode, RedirectTaint, Request, ResponseTainting,
        }),
        each!(is_well_behaved: infrastructure::response {
            FilteredResponse, InvalidLocationError, Response, ResponseType,
        }),
        each!(is_well_behaved: infrastructure::site { NoPublicSuffixes, Site }),
        each!(is_well_behaved: server {
            IncomparablePoliciesError, AllowList, ConfigError, ConfigErrorKind, PolicyConfig, ConfigErrors, ConfigValue, CorsPolicy, CorsPolicyBuilder,
            Decision<'static>, DenialReason<'static>, Description<'static>, Difference, OriginPatternError, RequestKind, OriginPattern,
            OwnedDecision, SourceError, Verdict<'static>,
        }),
        // A predicate gets only a reference to a value of this type. So the type does not need `Clone`, `Send` and
        // `Sync`, and is not checked.
        vec!["PredicateRequest"],
        // This public type is in a private module. So this test cannot name the type, and does not check it.
        vec!["Requested"],
    ]
    .concat()
}

#[cfg(feature = "cases")]
fn public_types_of_recordings() -> Vec<&'static str> {
    [
        each!(is_well_behaved: fetch_cors::explain::input {
            EntryProblem, EntryProblemKind, FetchShape, InternalRedirect, Obstacle, RecordedExchange, RecordedFetch,
            RecordedFetches<'static>, Recording, RecordingError, RecordingRepair, UnbuiltFetch<'static>,
        }),
        each!(is_well_behaved: fetch_cors::recorded {
            CheckedRequest, PolicyCheck, PolicyWarning, PolicyWarningKind, RequestVerdict, SuggestedPolicy, Suggestions,
            UncheckedFetch, UncheckedReason,
        }),
    ]
    .concat()
}

/// The types need the feature `cases`.
#[cfg(not(feature = "cases"))]
fn public_types_of_recordings() -> Vec<&'static str> {
    vec![
        "CheckedRequest",
        "EntryProblem",
        "EntryProblemKind",
        "FetchShape",
        "Obstacle",
        "PolicyCheck",
        "PolicyWarning",
        "PolicyWarningKind",
        "RecordedExchange",
        "RecordedFetch",
        "RecordedFetches",
        "Recording",
        "RecordingError",
        "RecordingRepair",
        "RequestVerdict",
        "SuggestedPolicy",
        "Suggestions",
        "UnbuiltFetch",
        "UncheckedFetch",
        "UncheckedReason",
    ]
}

/// Checks the public types of the features `psl`, `serde` and `tower`.
#[cfg(all(feature = "psl", feature = "serde", feature = "tower"))]
#[test]
fn public_types_of_features_are_debug_clone_send_and_sync() {
    each!(is_well_behaved: fetch_cors::server { PolicyFile, PublicSuffixList });
    each!(is_well_behaved: fetch_cors::tower { CorsLayer });
    is_well_behaved::<fetch_cors::tower::Cors<()>>();
}

#[cfg(feature = "cases")]
fn public_types_of_cases() -> Vec<&'static str> {
    each!(is_well_behaved: fetch_cors::cases {
        AllOutcomes<'static>, Answer<'static>, Answerer, AttributedOutcome, Case<'static>, CaseExplanation<'static>, CaseOutcome<'static>, Checked, ComparedOutcome, Comparison, Difference, EngineComparison, EngineOutcome<'static>, EngineReport, EngineShare,
        Exchange, ExchangeError, ExchangeRecord, Expectation, FetchCall<'static>, GivenOutcome<'static>, Integer, LineError, OutcomeRecord<'static>, Percentage, PolicyAnswer, PolicyResponse,
        Question<'static>,
        QuestionAnswer<'static>, QuestionResult, RecordedComparison, RequestExpectation, RequestLine, RequestRecord<'static>, Resource,
        ResultRecord<'static>, ServerAnswer, Session, SessionAnswer, Vector<'static>,
    })
}

/// Returns the names of the public types of `conformance`, and checks the types.
#[cfg(feature = "conformance")]
fn public_types_of_conformance() -> Vec<&'static str> {
    use fetch_cors::conformance;

    [
        each!(is_well_behaved: conformance {
            CaseLine, Check, CheckConfig, Family, OtherRequestError, Probe, Recorded, Report, Severity, UnknownFamilyError,
            UnusableUrlError,
        }),
        each!(is_well_behaved: conformance::laws { Law, LawViolation, Visit }),
        each!(is_well_behaved: conformance { Cause, LibraryOption, Finding<'static>, Violation }),
        each!(is_well_behaved: conformance::policies { EntryMistake, HasPredicateError, NearOrigin, PolicySpec, PredicateSpec }),
        // This type has strategies, which are not `Sync`. So the type is listed here, but not
        // checked.
        vec!["Generate"],
    ]
    .concat()
}

/// Adds the names of the `pub` structs and enums in the files of `folder` to `names`.
fn declared(folder: &Path, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !["src/actix_web", "src/bin", "src/cases", "src/conformance"]
                .iter()
                .any(|skipped| path.ends_with(skipped))
            {
                declared(&path, names);
            }
            continue;
        }
        let is_source = path.extension().is_some_and(|extension| extension == "rs");
        if !is_source
            || [
                "file/reading.rs",
                "psl/mod.rs",
                "tower/layer.rs",
                "tower/choose.rs",
            ]
            .iter()
            .any(|feature| path.ends_with(feature))
        {
            continue;
        }
        for line in fs::read_to_string(path).unwrap().lines() {
            let line = line.trim_start();
            let rest = line
                .strip_prefix("pub struct ")
                .or_else(|| line.strip_prefix("pub enum "));
            let name = rest.and_then(|rest| rest.split(|c: char| !c.is_alphanumeric()).next());
            names.extend(name.map(str::to_owned));
        }
    }
}

fn assert_complete(folder: &str, mut listed: Vec<&str>) {
    let mut names = Vec::new();
    declared(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
        &mut names,
    );
    names.sort();
    listed.sort_unstable();
    assert_eq!(
        listed, names,
        "left: listed in this file, right: declared in {folder}"
    );
}

#[test]
fn public_types_are_debug_clone_send_and_sync() {
    assert_complete("src", public_types());
}

#[test]
#[cfg(feature = "cases")]
fn public_types_of_cases_are_debug_clone_send_and_sync() {
    assert_complete("src/cases", public_types_of_cases());
}

#[test]
#[cfg(feature = "conformance")]
fn public_types_of_conformance_are_debug_clone_send_and_sync() {
    assert_complete("src/conformance", public_types_of_conformance());
}

#[test]
fn error_types_implement_error() {
    use fetch_cors::{fetching, infrastructure};

    const fn is_an_error<T: core::error::Error + Send + Sync + 'static>() {}

    each!(is_an_error: fetch_cors { FetchError, UnknownFailureError });
    each!(is_an_error: fetch_cors::explain { ExplainOutcomeError });
    each!(is_an_error: fetching { ConnectionError, HttpRequestConversionError });
    each!(is_an_error: fetching::tao_check { TaoCheckError });
    each!(is_an_error: infrastructure::header { InvalidHeaderNameError, InvalidHeaderValueError });
    each!(is_an_error: infrastructure::header_list { InvalidHeaderError, HeaderMapConversionError });
    each!(is_an_error: infrastructure::header_values { ExtractionError });
    each!(is_an_error: infrastructure::origin { InvalidOriginError });
    each!(is_an_error: infrastructure::response { InvalidLocationError });
    #[cfg(feature = "cases")]
    each!(is_an_error: fetch_cors::cases { LineError });
    #[cfg(feature = "conformance")]
    {
        each!(is_an_error: fetch_cors::conformance { OtherRequestError, UnknownFamilyError, UnusableUrlError });
        each!(is_an_error: fetch_cors::conformance::policies { HasPredicateError });
    }
}
