//! Compares the host of an origin in a header with the host of the page, if the two hosts differ.

use alloc::{format, string::String};

use ::url::Url;

use super::{miss, origin_parts::OriginParts, spelling};
use crate::{
    explain::{
        refusal::{NearMiss, NearMissKind as Kind},
        shown::shown_briefly,
    },
    infrastructure::{origin::TupleOrigin, this_machine::is_this_machine},
};

/// Returns the relation of two different hosts.
pub(super) fn other_host(
    url: Option<&Url>,
    has: &OriginParts<'_>,
    wants: &OriginParts<'_>,
) -> NearMiss {
    if let Some(own) = own_origin(url, has) {
        return own;
    }
    let is_below = |host: &str, parent: &str| {
        let rest = host.len().checked_sub(parent.len());
        let (start, end) = rest
            .and_then(|at| host.split_at_checked(at))
            .unwrap_or_default();
        start.len() > 1
            && start.ends_with('.')
            && !parent.is_empty()
            && end.eq_ignore_ascii_case(parent)
    };
    if is_below(has.host, wants.host) || is_below(wants.host, has.host) {
        return miss(
            Kind::Subdomain,
            "a domain and its subdomain are different origins: allow each origin",
        );
    }
    if spelling::is_transposed(has.host, wants.host) {
        return miss(
            Kind::WrongCharacter,
            format!(
                "the host `{}` is `{}` with two characters in the wrong order: correct the first name",
                shown_briefly(has.host),
                shown_briefly(wants.host)
            ),
        );
    }
    if is_loopback(has.host) && is_loopback(wants.host) {
        // A browser cannot always open a page at this address.
        let page = if has.host == EVERY_ADDRESS {
            String::new()
        } else {
            format!("open the page at `{}`, or ", shown_briefly(has.host))
        };
        return miss(
            Kind::OtherOrigin,
            format!(
                "`{}` and `{}` are the same computer, but different origins: {page}allow the origin of the page",
                shown_briefly(has.host),
                shown_briefly(wants.host)
            ),
        );
    }
    if let Some(kind) = spelling::of_hosts(has.host, wants.host) {
        return miss(
            kind,
            format!(
                "the host `{}` differs from `{}` in one character: correct the host, or, if both hosts are right, add the origin of the page to the list of the server",
                shown_briefly(has.host),
                shown_briefly(wants.host)
            ),
        );
    }
    miss(
        Kind::OtherOrigin,
        "the server allows another origin: add the origin of the page to the allowed origins",
    )
}

/// The address at which a server listens to reach all addresses of its machine.
const EVERY_ADDRESS: &str = "0.0.0.0";

/// Whether the host is a name or an address of the user's own machine.
fn is_loopback(host: &str) -> bool {
    // Servers that listen at `0.0.0.0` are also reachable at this address.
    is_this_machine(host) || host == EVERY_ADDRESS
}

/// Whether the value is the origin of the server itself.
fn is_own_origin(url: Option<&Url>, has: &OriginParts<'_>) -> bool {
    let own = url.and_then(TupleOrigin::from_url);
    own.is_some_and(|own| {
        let own = OriginParts::new(own.serialize());
        let port = if has.has_default_port() { "" } else { has.port };
        own.host.eq_ignore_ascii_case(has.host) && own.port == port
    })
}

/// Returns the known mistake of a server that sends its own origin.
pub(super) fn own_origin(url: Option<&Url>, has: &OriginParts<'_>) -> Option<NearMiss> {
    is_own_origin(url, has).then(|| {
        miss(
            Kind::ServersOwnOrigin,
            "the value is the origin of the server itself: send the origin of the page",
        )
    })
}
