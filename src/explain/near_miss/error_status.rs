//! The place in which a server writes the reason of an error.

/// Returns the advice about the place where the reason of an error status is written.
pub(super) const fn place_of_reason(status: u16) -> &'static str {
    match status {
        403 | 429 => {
            "look for the reason of the error in the log of the server; a firewall or a protection against bots in front of the server (such as Cloudflare) can also send this status"
        }
        502..=504 => {
            "a proxy in front of the server often sends this status, because the server does not run or is too slow: look into the logs of both"
        }
        _ => "look for the reason of the error in the log of the server",
    }
}
