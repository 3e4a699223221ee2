use alloc::{format, vec::Vec};
use core::{cell::Cell, hint::black_box};

use http::{HeaderMap, Request};

use super::{
    Violation,
    server_headers::lines,
    server_limits::{LINES, elements_allowed, has_wildcard},
    violation::ensure,
};
use crate::{conformance::policies::PolicySpec, server::CorsPolicy};

/// However often the lines of a header are repeated, a decision looks at no more of them than its policy
/// has use for, and its response neither. Each header that it reads is repeated for ever, one at a time.
///
/// # Errors
///
/// [`Violation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::{laws::the_work_of_a_decision_is_bounded_by_the_policy as law, policies::PolicySpec};
///
/// let spec = PolicySpec::of(["https://a.example"]);
/// let request = http::Request::options("/").header("origin", "https://a.example");
/// let request = request.header("access-control-request-method", "PUT");
/// law(&spec, &spec.build()?, &request.header("access-control-request-headers", ",").body(())?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn the_work_of_a_decision_is_bounded_by_the_policy(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    request: &Request<()>,
) -> Result<(), Violation> {
    // A line has one element at least, and beside a wildcard lines are counted themselves.
    let of_names = match has_wildcard(spec) {
        true => LINES,
        false => elements_allowed(spec),
    };
    // One more tells that it is too many. Of any other header a second one tells that.
    let limit = of_names + 1 + 3 * 2;
    for repeated in request.headers().keys() {
        let taken = Cell::new(0);
        let header = |name: &str| Lines {
            lines: lines(request.headers(), name),
            next: 0,
            is_endless: repeated == name,
            taken: &taken,
            limit,
        };
        let decision = policy.decide_raw(request.method().as_str().as_bytes(), header);
        black_box(decision.headers().count());
        decision.apply(&mut HeaderMap::new());
        black_box(format!("{}", decision.explain()));
        decision.into_owned().apply(&mut HeaderMap::new());
        ensure(taken.get() <= limit, || {
            format!("of {repeated} more than {limit} lines are looked at")
        })?;
    }
    Ok(())
}

/// The lines of one header, which count how many of them are taken if there is no end to them.
#[derive(Debug, Clone)]
struct Lines<'r> {
    lines: Vec<&'r [u8]>,
    next: usize,
    is_endless: bool,
    taken: &'r Cell<usize>,
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
        self.taken.set(self.taken.get() + 1);
        let is_doubtful = self.taken.get() <= self.limit;
        let number = number.checked_rem(self.lines.len())?;
        self.lines.get(number).copied().filter(|_| is_doubtful)
    }
}
