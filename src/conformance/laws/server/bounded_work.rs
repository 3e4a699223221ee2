//! The law about the work for one request: a decision reads a bounded number of header lines.

use alloc::{format, string::String, vec::Vec};
use core::{
    hint::black_box,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use http::{HeaderMap, HeaderName, Request};

use crate::conformance::laws::{
    support::{
        headers::lines,
        limits::{MAX_METHOD_BYTES, elements_allowed, has_wildcard, wildcard_bytes_allowed},
    },
    violation::{LawViolation, ensure},
};
use crate::{
    conformance::generate::policies::policy_spec::PolicySpec,
    server::{CorsPolicy, RequestKind},
};

/// The number of bytes at the end of an over-long line. These bytes must not change the verdict.
const FILLER_BYTES: usize = 1 << 18;

/// The number of header lines that a decision reads depends on the policy, and does not grow with the size of the
/// request.
///
/// - For each header of the request, the law repeats the lines of the header endlessly. The decision and its response
///   still read a bounded number of lines, and look up a bounded number of headers.
/// - The law also makes a line longer than every value that the policy compares. The additional bytes do not change the
///   verdict.
///
/// The law counts neither the bytes that are read nor the allocations. In this crate's repository,
/// `tests/allocation.rs` checks that a decision does not allocate.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::decision_work_is_bounded as law, policies::PolicySpec};
///
/// let spec = PolicySpec::from_origins(["https://a.example"]);
/// let request = http::Request::options("/").header("origin", "https://a.example");
/// let request = request.header("access-control-request-method", "PUT");
/// law(&spec, &spec.build()?, &request.header("access-control-request-headers", ",").body(())?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decision_work_is_bounded(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    request: &Request<()>,
) -> Result<(), LawViolation> {
    for name in request.headers().keys() {
        few_lines_are_read(spec, policy, request, name)?;
        end_of_long_line_is_irrelevant(spec, policy, request, name)?;
    }
    Ok(())
}

fn few_lines_are_read(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    request: &Request<()>,
    repeated: &HeaderName,
) -> Result<(), LawViolation> {
    // A policy with a wildcard limits the number of `Access-Control-Request-Headers` lines. A policy without a wildcard
    // limits the number of elements, and each line has at least one element.
    let line_limit = if has_wildcard(spec) {
        wildcard_bytes_allowed(spec)
    } else {
        elements_allowed(spec)
    };
    // A decision can read one `Access-Control-Request-Headers` line more than `line_limit`, to see that there are too
    // many lines. A decision also reads `Origin`, `Access-Control-Request-Method`, and the header that the predicate
    // reads. For each of these three headers, a decision can read two lines.
    let limit = line_limit + 1 + 3 * 2;
    let (taken, looked_up) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let header = |name: &str| {
        looked_up.fetch_add(1, Relaxed);
        Lines {
            lines: lines(request.headers(), name),
            next: 0,
            is_endless: repeated == name,
            taken: &taken,
            limit,
        }
    };
    let decision = policy.decide_raw(request.method().as_str().as_bytes(), &header);
    let is_bounded = |during: &str, most_look_ups: usize| {
        few_look_ups(during, looked_up.swap(0, Relaxed), most_look_ups)?;
        ensure(taken.swap(0, Relaxed) <= limit, || {
            format!("{during} reads more than {limit} lines of {repeated}")
        })
    };
    // A decision looks up three headers. If the policy has a predicate, the predicate looks up one more header.
    is_bounded("deciding", 3 + usize::from(spec.predicate.is_some()))?;
    // The decision looks up the requested names again, to reflect them or to find the denied name.
    decision.for_each_header(|name, value| {
        black_box((name, value));
    });
    is_bounded("for_each_header", 1)?;
    decision.apply(&mut HeaderMap::new());
    is_bounded("apply", 1)?;
    black_box(format!("{}", decision.describe()));
    is_bounded("describe", 1)?;
    // `into_owned` makes at most two look-ups: for the denied name, and for the reflected names.
    decision.into_owned().apply(&mut HeaderMap::new());
    is_bounded("into_owned", 2)
}

fn few_look_ups(during: &str, looked_up: usize, most: usize) -> Result<(), LawViolation> {
    ensure(looked_up <= most, || {
        format!("`{during}` looks up {looked_up} headers, but the limit is {most}")
    })
}

fn end_of_long_line_is_irrelevant(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    request: &Request<()>,
    name: &HeaderName,
) -> Result<(), LawViolation> {
    let distinguishable = longest_listed(spec)
        + elements_allowed(spec)
        + MAX_METHOD_BYTES.max(wildcard_bytes_allowed(spec));
    let mut line = Vec::new();
    for filler in [b'a', b',', b' '] {
        line.clear();
        line.extend(
            lines(request.headers(), name.as_str())
                .into_iter()
                .take(1)
                .flatten(),
        );
        let near = line.len() + distinguishable;
        line.resize(near + FILLER_BYTES, filler);
        let whole = verdict(policy, request, name, &line);
        let cut = line
            .get(..near)
            .map(|line| verdict(policy, request, name, line));
        ensure(cut == Some(whole), || {
            let filler = filler.escape_ascii();
            format!(
                "the end of an over-long {name} line changes the verdict: the line, filled with `{filler}`, gives {whole:?}, but its beginning gives {cut:?}"
            )
        })?;
    }
    Ok(())
}

/// Returns the length of the longest text that the policy compares as a whole: an origin, a method, or a value of the
/// predicate.
fn longest_listed(spec: &PolicySpec) -> usize {
    let methods = spec.methods.entries().iter();
    let listed = spec.listed_origins().iter().chain(methods);
    let of_predicate = spec.predicate.iter();
    let of_predicate = of_predicate.flat_map(|predicate| [&predicate.origin, &predicate.value]);
    let lengths = listed.chain(of_predicate).map(String::len);
    lengths.max().unwrap_or(0)
}

/// Returns the verdict on the request after `line` has replaced the first line of the header `name`.
fn verdict(
    policy: &CorsPolicy,
    request: &Request<()>,
    name: &HeaderName,
    line: &[u8],
) -> (RequestKind, Option<&'static str>) {
    let header = |looked_up: &str| {
        let mut lines = lines(request.headers(), looked_up);
        if let Some(first) = lines.first_mut().filter(|_| name == looked_up) {
            *first = line;
        }
        lines.into_iter()
    };
    let decision = policy.decide_raw(request.method().as_str().as_bytes(), &header);
    let reason = decision.verdict().denial();
    (decision.kind(), reason.map(|reason| reason.as_str()))
}

/// The lines of one header. If `is_endless` is true, the lines repeat, and `taken` counts the lines that a decision
/// reads.
#[derive(Debug, Clone)]
struct Lines<'r> {
    lines: Vec<&'r [u8]>,
    next: usize,
    is_endless: bool,
    taken: &'r AtomicUsize,
    limit: usize,
}

impl<'r> Iterator for Lines<'r> {
    type Item = &'r [u8];

    /// If `is_endless` is true, returns `None` after `limit` lines, so that a loop over all lines ends.
    fn next(&mut self) -> Option<Self::Item> {
        let number = self.next;
        self.next += 1;
        if !self.is_endless {
            return self.lines.get(number).copied();
        }
        let is_below_limit = self.taken.fetch_add(1, Relaxed) < self.limit;
        let number = number.checked_rem(self.lines.len())?;
        self.lines.get(number).copied().filter(|_| is_below_limit)
    }
}
