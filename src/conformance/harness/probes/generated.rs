//! Generates probes from a seed, and makes a probe smaller.

use alloc::{boxed::Box, collections::BTreeMap, format, string::String, vec::Vec};

use http::Method;
use proptest::{
    strategy::{BoxedStrategy, Strategy, ValueTree},
    test_runner::{RngAlgorithm, TestRng, TestRunner},
};

use super::{
    builder::UNLISTED_ORIGIN,
    probe::{Plan, Probe},
};
use crate::conformance::harness::{
    config::CheckConfig,
    expectations::{Expectations, is_possible_origin},
    report::violation::GENERATED_PREFIX,
};
use crate::{
    conformance::generate::{
        policies::{
            fetches::fetch_at,
            labelled_origins::{NearOrigin, labelled_origin_near},
        },
        seeded::runner,
    },
    fetching::{Credentials, HttpRequest},
    infrastructure::{
        header::HeaderName,
        header_list::HeaderList,
        method::is_cors_safelisted_method,
        origin::Origin,
        request::{Mode, Request},
    },
};

const ADVICE: &str = "compare the whole origin, the whole method and each whole header name with the entries of the policy";

/// The end of the name of each probe that asks only whether the server allows an origin. These probes are sorted by origin.
pub(crate) const SIMPLE_SUFFIX: &str = "-simple";

pub(crate) fn generated(expectations: &Expectations, config: &CheckConfig) -> Vec<Probe> {
    let fetches = fetch_at(&expectations.spec, Some(config.url().clone())).boxed();
    let origins = labelled_origin_near(&expectations.spec).boxed();
    let mut probes = Vec::new();
    // These probes come after all other generated probes, so that an outage does not look like the refusal of an origin.
    let mut simple = BTreeMap::new();
    for number in 1..=config.fetches {
        let name = format!("{GENERATED_PREFIX}{number:04}");
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed(config.seed, number));
        let mut runner = runner(rng);
        let probe = match number % 3 {
            0 => origin_probe(name, config, drawn(&origins, &mut runner)),
            _ => drawn(&fetches, &mut runner)
                .filter(|request| {
                    !names_an_asterisk(request) && is_possible_origin(&request.origin)
                })
                .map(with_listeners_of_browsers)
                .and_then(|request| Probe::fetch(name, ADVICE, request)),
        };
        if let Some((origin, probe)) = probe
            .as_ref()
            .and_then(|probe| simple_probe(expectations, config, probe))
        {
            simple.entry(origin).or_insert(probe);
        }
        probes.extend(probe);
    }
    probes.extend(simple.into_values());
    probes
}

/// Returns a GET request without a preflight from the origin of `probe`, if the policy denies this origin and `probe`
/// has a preflight. A preflight can fail for several reasons, so only a request without a preflight shows whether the
/// server allows the origin. The text is the origin.
fn simple_probe(
    expectations: &Expectations,
    config: &CheckConfig,
    probe: &Probe,
) -> Option<(String, Probe)> {
    let Plan::Fetch(request) = &probe.plan else {
        return None;
    };
    let origin = request.origin.serialize();
    if probe.requests().len() < 2 || expectations.lets_read(origin, false) {
        return None;
    }
    let mut simple = Request::new(request.origin.clone(), config.url().clone());
    simple.mode = Mode::Cors;
    let name = [&probe.name, SIMPLE_SUFFIX].concat();
    let simple = Probe::fetch(name, ADVICE, simple)?;
    Some((String::from(origin), simple))
}

fn drawn<T: core::fmt::Debug>(strategy: &BoxedStrategy<T>, runner: &mut TestRunner) -> Option<T> {
    Some(strategy.new_tree(runner).ok()?.current())
}

/// Whether the method or a header name is `*`. No real request has such a method or header.
fn names_an_asterisk(request: &Request) -> bool {
    request.method.as_str() == "*" || request.header_list.contains("*")
}

/// Clears the use-CORS-preflight flag if the method is not CORS-safelisted. If the flag is set, the standard accepts a
/// preflight response without `Access-Control-Allow-Methods`, but browsers do not accept it (B2 in the notes on the
/// standard's issues). This difference is not a mistake of the server.
fn with_listeners_of_browsers(mut request: Request) -> Request {
    request.use_cors_preflight_flag &=
        is_cors_safelisted_method(request.method.as_str().as_bytes());
    request
}

/// Returns the probe of a GET request. Its `Origin` is equal or similar to an origin of the policy.
fn origin_probe(name: String, config: &CheckConfig, origin: Option<NearOrigin>) -> Option<Probe> {
    let bytes = origin?.bytes;
    if let Ok(origin) = Origin::parse(&bytes) {
        if !is_possible_origin(&origin) {
            return None;
        }
        let mut request = Request::new(origin, config.url().clone());
        request.mode = Mode::Cors;
        return Probe::fetch(name, ADVICE, request);
    }
    let request = HttpRequest {
        method: Method::GET,
        url: config.url().clone(),
        header_list: HeaderList::from_pairs([("origin", bytes)]).ok()?,
        body: None,
        credentials: Credentials::Excluded,
        preflight_reasons: None,
    };
    Some(Probe::single(name, ADVICE, request))
}

fn seed(seed: u64, number: usize) -> [u8; 32] {
    let mut bytes = [0; 32];
    let source = seed.to_le_bytes().into_iter();
    let source = source.chain((number as u64).to_le_bytes());
    for (byte, given) in bytes.iter_mut().zip(source.chain(*b"probe")) {
        *byte = given;
    }
    bytes
}

/// Returns smaller probes. Each smaller probe is one step closer to a plain GET request.
pub(crate) fn smaller(expectations: &Expectations, probe: &Probe) -> Vec<Probe> {
    let Plan::Fetch(request) = &probe.plan else {
        return Vec::new();
    };
    let mut requests: Vec<Box<Request>> = Vec::new();
    let mut add_changed = |change: &dyn Fn(&mut Request)| {
        let mut changed = request.clone();
        change(&mut changed);
        requests.push(changed);
    };
    add_changed(&|request| request.header_list = HeaderList::new());
    let names: Vec<HeaderName> = request
        .header_list
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    for name in &names {
        add_changed(&|request| request.header_list.delete(name.as_str()));
    }
    add_changed(&|request| request.method = Method::GET);
    add_changed(&|request| request.use_cors_preflight_flag = false);
    let pages = expectations.page(request.url()).into_iter();
    for page in pages.chain([UNLISTED_ORIGIN.into()]) {
        if let Ok(origin @ Origin::Tuple(_)) = Origin::parse(&page) {
            add_changed(&|request| request.origin = origin.clone());
        }
    }
    let size = size(probe);
    let probes = requests
        .into_iter()
        .filter_map(|request| Probe::fetch(probe.name.clone(), probe.advice, *request));
    probes.filter(|probe| self::size(probe) < size).collect()
}

fn size(probe: &Probe) -> (usize, usize) {
    let lists = probe
        .requests()
        .iter()
        .map(|line| &line.request.header_list);
    let bytes = lists.flat_map(HeaderList::iter);
    let bytes = bytes.map(|(name, value)| name.as_bytes().len() + value.as_bytes().len());
    let methods = probe.requests().iter();
    let methods: usize = methods.map(|line| line.request.method.as_str().len()).sum();
    (probe.requests().len(), bytes.sum::<usize>() + methods)
}
