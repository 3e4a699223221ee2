use alloc::{format, string::String, vec::Vec};
use core::{
    hint::black_box,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use http::{HeaderMap, HeaderName, Request};

use crate::conformance::laws::{
    support::{
        headers::lines,
        limits::{MAX_WILDCARD_BYTES, MAX_WILDCARD_LINES, elements_allowed, has_wildcard},
    },
    violation::{LawViolation, ensure},
};
use crate::{
    conformance::generate::policies::policy_spec::PolicySpec,
    server::{CorsPolicy, RequestKind},
};

/// Bytes behind the longest value that a policy can distinguish.
const FILLER_BYTES: usize = 1 << 18;

/// However large a request is, a decision does with it no more than its policy has use for.
///
/// Headers are looked up a few times, and however often the lines of one are repeated, a decision looks at
/// no more of them than its policy has use for, and its response neither: each header that is read is
/// repeated for ever, one at a time. Of a line that is longer than all that the policy can tell apart, what
/// stands behind that changes no verdict.
///
/// The bytes of a line that are read, and what is allocated, it does not count: in this crate's repository
/// `tests/allocation.rs` holds that deciding allocates nothing, whatever the request is.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
        few_lines_are_looked_at(spec, policy, request, name)?;
        what_stands_far_behind_does_not_count(spec, policy, request, name)?;
    }
    Ok(())
}

fn few_lines_are_looked_at(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    request: &Request<()>,
    repeated: &HeaderName,
) -> Result<(), LawViolation> {
    // A line has one element at least, and beside a wildcard lines are counted themselves.
    let of_names = match has_wildcard(spec) {
        true => MAX_WILDCARD_LINES,
        false => elements_allowed(spec),
    };
    // One more tells that it is too many. Of any other header a second one tells that.
    let limit = of_names + 1 + 3 * 2;
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
    // The predicate of a spec reads one header.
    let most = 3 + usize::from(spec.predicate.is_some());
    few_look_ups("deciding", looked_up.swap(0, Relaxed), most)?;
    // The requested names are looked up again to be reflected, or to find the name that is denied.
    decision.for_each_header(|name, value| {
        black_box((name, value));
    });
    few_look_ups("for_each_header", looked_up.swap(0, Relaxed), 1)?;
    decision.apply(&mut HeaderMap::new());
    few_look_ups("apply", looked_up.swap(0, Relaxed), 1)?;
    black_box(format!("{}", decision.describe()));
    few_look_ups("describe", looked_up.swap(0, Relaxed), 1)?;
    decision.into_owned().apply(&mut HeaderMap::new());
    few_look_ups("into_owned", looked_up.swap(0, Relaxed), 1)?;
    ensure(taken.load(Relaxed) <= limit, || {
        format!("of {repeated} more than {limit} lines are looked at")
    })
}

fn few_look_ups(during: &str, looked_up: usize, most: usize) -> Result<(), LawViolation> {
    ensure(looked_up <= most, || {
        format!("{during} looks up {looked_up} headers, more than {most}")
    })
}

fn what_stands_far_behind_does_not_count(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    request: &Request<()>,
    name: &HeaderName,
) -> Result<(), LawViolation> {
    let told_apart = longest_listed(spec) + elements_allowed(spec) + MAX_WILDCARD_BYTES;
    let mut line = Vec::new();
    for filler in [b'a', b',', b' '] {
        line.clear();
        line.extend(
            lines(request.headers(), name.as_str())
                .into_iter()
                .take(1)
                .flatten(),
        );
        let near = line.len() + told_apart;
        line.resize(near + FILLER_BYTES, filler);
        let whole = verdict(policy, request, name, &line);
        let cut = line
            .get(..near)
            .map(|line| verdict(policy, request, name, line));
        ensure(cut == Some(whole), || {
            let filler = filler.escape_ascii();
            format!("{name} with many `{filler}`: {cut:?}, and with more of them {whole:?}")
        })?;
    }
    Ok(())
}

/// Of what a policy compares whole: no origin that it allows, and no method, is longer.
fn longest_listed(spec: &PolicySpec) -> usize {
    let methods = spec.methods.entries().iter();
    let listed = spec.listed_origins().iter().chain(methods);
    let of_predicate = spec.predicate.iter();
    let of_predicate = of_predicate.flat_map(|predicate| [&predicate.origin, &predicate.value]);
    let lengths = listed.chain(of_predicate).map(String::len);
    lengths.max().unwrap_or(0)
}

/// Where the first line of `name` is `line`.
fn verdict(
    policy: &CorsPolicy,
    request: &Request<()>,
    name: &HeaderName,
    line: &[u8],
) -> (RequestKind, Option<&'static str>) {
    let header = |asked: &str| {
        let mut lines = lines(request.headers(), asked);
        if let Some(first) = lines.first_mut().filter(|_| name == asked) {
            *first = line;
        }
        lines.into_iter()
    };
    let decision = policy.decide_raw(request.method().as_str().as_bytes(), &header);
    let reason = decision.verdict().denial();
    (decision.kind(), reason.map(|reason| reason.as_str()))
}

/// The lines of one header, which count how many of them are taken if there is no end to them.
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

    /// Ends where there is no doubt anymore that they would be taken for ever.
    fn next(&mut self) -> Option<Self::Item> {
        let number = self.next;
        self.next += 1;
        if !self.is_endless {
            return self.lines.get(number).copied();
        }
        let is_doubtful = self.taken.fetch_add(1, Relaxed) < self.limit;
        let number = number.checked_rem(self.lines.len())?;
        self.lines.get(number).copied().filter(|_| is_doubtful)
    }
}
