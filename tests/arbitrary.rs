//! Compares the values that `Arbitrary` makes from bytes with the values that the strategies generate.
#![cfg(feature = "arbitrary")]
#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

use std::{collections::BTreeSet, fmt::Debug};

use arbitrary::{Arbitrary, Result, Unstructured};
use fetch_cors::{
    Failure,
    cases::Case,
    conformance::{
        CaseLine,
        arbitrary::{fetch_to, handler_headers, origin_near, request_to},
        policies::{self, PolicySpec},
    },
    infrastructure::{header_list::HeaderList, request::Request},
    server::AllowList,
};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

/// One value of each kind. All values are made from the same bytes, one after the other.
#[derive(Debug, Clone, PartialEq)]
struct All {
    spec: PolicySpec,
    origin: Vec<u8>,
    request: String,
    fetch: String,
    handler: http::HeaderMap,
    header_list: HeaderList,
    case: CaseLine,
}

impl<'a> Arbitrary<'a> for All {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let spec = PolicySpec::arbitrary(bytes)?;
        Ok(Self {
            origin: origin_near(&spec, bytes)?,
            request: format!("{:?}", request_to(&spec, bytes)?),
            fetch: format!("{:?}", fetch_to(&spec, bytes)?),
            handler: handler_headers(bytes)?,
            header_list: HeaderList::arbitrary(bytes)?,
            case: CaseLine::arbitrary(bytes)?,
            spec,
        })
    }
}

/// Returns random bytes, the same in each run.
fn random(count: usize) -> impl Iterator<Item = Vec<u8>> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..count).map(move |_| {
        let length = next() % 600;
        (0..length).map(|_| next().to_le_bytes()[3]).collect()
    })
}

#[test]
fn any_bytes_make_valid_values() {
    let given = random(2000).chain([0, 1, 7, 100, 10_000].map(|length| vec![0xFF; length]));
    for bytes in given {
        let all = All::arbitrary(&mut Unstructured::new(&bytes)).unwrap();
        assert!(all.spec.build().is_ok(), "{:?}", all.spec);
        assert_eq!(
            Case::parse(&all.case.0.to_string()).unwrap(),
            all.case.0,
            "as a line"
        );
        assert_eq!(
            All::arbitrary(&mut Unstructured::new(&bytes)),
            Ok(all),
            "the same bytes again"
        );
    }
}

#[test]
fn empty_input_makes_the_plainest_values() {
    let all = All::arbitrary(&mut Unstructured::new(&[])).unwrap();
    assert_eq!(all.spec, PolicySpec::from_origins(["https://a.example"]));
    assert_eq!(all.origin, b"https://a.example");
    assert!(all.handler.is_empty() && all.header_list.is_empty());
    let fetch = r#""fetches":[{"origin":"http://127.0.0.1:8001","url":"http://127.0.0.1:8002/r"}]"#;
    assert!(format!("{:?}", all.case).contains(fetch), "{:?}", all.case);

    // Zeros make the same values as an empty input. A fuzzer that shortens an input therefore makes the values simpler.
    let zeros = All::arbitrary(&mut Unstructured::new(&[0; 600])).unwrap();
    assert_eq!(zeros, all);
}

/// The number of values that each generator makes. `assert_same` compares the words in the values of two generators.
/// With fewer values, a rare word can occur in the values of only one generator.
const DRAWN: usize = 20_000;

fn drawn<T>(strategy: impl Strategy<Value = T>) -> impl Iterator<Item = T> {
    let mut runner = TestRunner::deterministic();
    (0..DRAWN).map(move |_| strategy.new_tree(&mut runner).unwrap().current())
}

fn any<T: for<'a> Arbitrary<'a>>(bytes: &mut Unstructured<'_>) -> Result<T> {
    T::arbitrary(bytes)
}

fn made<T>(make: impl Fn(&mut Unstructured<'_>) -> Result<T>) -> impl Iterator<Item = T> {
    random(DRAWN).map(move |bytes| make(&mut Unstructured::new(&bytes)).unwrap())
}

fn assert_same<T, W: Ord + Debug>(
    drawn: impl Iterator<Item = T>,
    made: impl Iterator<Item = T>,
    words: impl Fn(T) -> Vec<W>,
) {
    let drawn: BTreeSet<W> = drawn.flat_map(&words).collect();
    let made: BTreeSet<W> = made.flat_map(&words).collect();
    let differing: Vec<_> = drawn.symmetric_difference(&made).collect();
    assert!(differing.is_empty(), "{differing:?}");
    assert!(drawn.len() > 10, "{drawn:?}");
}

#[test]
fn policies_equal_those_of_the_strategy() {
    assert_same(drawn(policies::policy()), made(any::<PolicySpec>), |spec| {
        let is_drawn = |entry: &String| entry.contains("example") || entry.contains("com");
        let mut words: Vec<_> = spec.listed_origins().to_vec();
        words.retain(is_drawn);
        words.extend(spec.methods.entries().iter().cloned());
        words.extend(spec.request_headers.iter().cloned());
        words.extend(spec.expose_headers.entries().iter().cloned());
        let length = |list: &AllowList| match list {
            AllowList::Any => 9,
            AllowList::Only(entries) => entries.len(),
        };
        let counts = [
            spec.listed_origins().len(),
            length(&spec.methods),
            spec.request_headers.len(),
            length(&spec.expose_headers),
        ];
        words.push(format!("{counts:?}").chars().take(5).collect());
        words.push(format!("{:?} {}", spec.max_age, spec.preflight_status));
        words.push(format!("{:?}", spec.predicate));
        words.push(format!("{:?}", (spec.credentials, spec.origins.is_any())));
        words
    });
}

/// Returns a policy that lists origins, a method and request headers.
fn rich() -> PolicySpec {
    let mut spec = PolicySpec::from_origins(["https://a.example", "https://*.foo.com:*"]);
    spec.methods = ["PUT"].into();
    spec.request_headers = vec!["x-a".into(), "authorization".into()];
    spec
}

#[test]
fn origins_equal_those_of_the_strategy() {
    let spec = rich();
    assert_same(
        drawn(policies::origin_near(&spec)),
        made(|bytes| origin_near(&rich(), bytes)),
        // Both generators change random characters in some origins. The two generators rarely make the same change, so
        // the test does not compare the changed origins.
        |origin| {
            let is_plain = origin.starts_with(b"https://a.example") || origin.len() > 100;
            let word = origin.get(..100).unwrap_or(&origin).to_vec();
            if is_plain && !word.ends_with(b"example") {
                vec![word]
            } else {
                vec![]
            }
        },
    );
}

#[test]
fn requests_equal_those_of_the_strategies() {
    let spec = rich();
    let words = |request: http::Request<()>| {
        let mut words = vec![request.method().to_string()];
        for name in request.headers().keys() {
            words.push(format!(
                "{name} {}",
                request.headers().get_all(name).iter().count()
            ));
        }
        let methods = request.headers().get_all("access-control-request-method");
        words.extend(methods.iter().map(|value| format!("{value:?}")));
        for line in request.headers().get_all("access-control-request-headers") {
            let elements: Vec<_> = line.as_bytes().split(|byte| *byte == b',').collect();
            words.push(format!("{} elements", elements.len().min(24)));
            let short = elements.into_iter().filter(|element| element.len() < 9);
            words.extend(short.map(|element| element.trim_ascii().escape_ascii().to_string()));
        }
        words
    };
    assert_same(
        drawn(policies::request_to(&spec)),
        made(|bytes| request_to(&rich(), bytes)),
        words,
    );
    let words = |request: Request| {
        let names = request.header_list.iter().map(|(name, _)| name.to_string());
        let mut words: Vec<_> = names.collect();
        words.push(format!("{} headers", words.len()));
        words.push(request.method.to_string());
        words.push(format!("{:?}", request.credentials_mode));
        words.push(format!("{}", request.use_cors_preflight_flag));
        words
    };
    assert_same(
        drawn(policies::fetch_to(&spec)),
        made(|bytes| fetch_to(&rich(), bytes)),
        words,
    );
    assert_same(
        drawn(policies::handler_headers()),
        made(handler_headers),
        |headers| headers.iter().map(|header| format!("{header:?}")).collect(),
    );
}

/// The generated cases reach all failures except the four failures in `expected`. Three of the four failures need a
/// stream as the body. The fourth failure needs a URL with a scheme other than http and https.
#[test]
fn cases_from_bytes_reach_every_failure() {
    let mut missing: BTreeSet<Failure> = Failure::ALL.iter().copied().collect();
    for case in made(any::<CaseLine>) {
        for outcome in case.0.judge().fetches {
            if let Err(error) = outcome.result {
                missing.remove(&error.failure());
            }
        }
    }
    let missing: Vec<_> = missing.into_iter().collect();
    let expected = [
        Failure::CorsDisabledScheme,
        Failure::RedirectBodyWithoutSource,
        Failure::AuthenticationBodyWithoutSource,
        Failure::StreamBodyNotAllowed,
    ];
    assert_eq!(missing, expected);
}
