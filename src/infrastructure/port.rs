//! [Port blocking](https://fetch.spec.whatwg.org/#port-blocking): the ports that browsers do not connect to.
//!
//! ```
//! assert!(fetch_cors::infrastructure::port::is_bad_port(25));
//! ```

#[cfg(feature = "browser")]
use ::url::Url;

#[cfg(feature = "browser")]
use super::url::is_http_or_https;

/// The result of [port blocking](https://fetch.spec.whatwg.org/#block-bad-port).
///
/// ```
/// use fetch_cors::infrastructure::port::BlockBadPort;
/// assert_ne!(BlockBadPort::Allowed, BlockBadPort::Blocked);
/// ```
#[cfg(feature = "browser")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
// Exhaustive: the algorithm returns one of two values.
pub enum BlockBadPort {
    /// The port is allowed.
    Allowed,
    /// The port is blocked, because a protocol other than HTTP uses this port.
    Blocked,
}

/// Whether a request with the current URL `url` [should be blocked due to a bad
/// port](https://fetch.spec.whatwg.org/#block-bad-port).
///
/// Only `http` and `https` URLs can be blocked.
///
/// ```
/// use fetch_cors::infrastructure::port::{BlockBadPort, should_be_blocked_due_to_a_bad_port};
/// assert_eq!(should_be_blocked_due_to_a_bad_port(&"http://a:8080".parse()?), BlockBadPort::Allowed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(feature = "browser")]
pub fn should_be_blocked_due_to_a_bad_port(url: &Url) -> BlockBadPort {
    // block-bad-port/1: take the current URL
    // block-bad-port/2: http or https with a bad port: blocked
    if is_http_or_https(url) && url.port().is_some_and(is_bad_port) {
        return BlockBadPort::Blocked;
    }
    // block-bad-port/3: anything else: allowed
    BlockBadPort::Allowed
}

/// Whether `port` is a [bad port](https://fetch.spec.whatwg.org/#bad-port).
///
/// ```
/// assert!(fetch_cors::infrastructure::port::is_bad_port(10080));
/// ```
pub fn is_bad_port(port: u16) -> bool {
    // definition/bad-port: a port in the table of bad ports
    BAD_PORTS.binary_search(&port).is_ok()
}

/// The bad ports, in ascending order.
const BAD_PORTS: [u16; 83] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
    465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
    993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667,
    6668, 6669, 6679, 6697, 10080,
];
