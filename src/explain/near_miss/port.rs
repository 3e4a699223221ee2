//! Compares the port of an origin in a header with the port of the page.

use alloc::{format, string::String};

use super::{miss, origin_parts::OriginParts};
use crate::{
    explain::{
        refusal::{NearMiss, NearMissKind as Kind},
        shown::shown_briefly,
    },
    wording,
};

/// Returns the known mistake of an origin with the default port of its scheme.
pub(super) fn default_port(has: &OriginParts<'_>) -> Option<NearMiss> {
    has.has_default_port().then(|| {
        miss(
            Kind::DefaultPort,
            format!(
                "the value has the default port {}: {}",
                shown_briefly(has.port),
                wording::remove_default_port!()
            ),
        )
    })
}

/// Returns the difference of two ports.
pub(super) fn port(has: &OriginParts<'_>, wants: &OriginParts<'_>) -> Option<NearMiss> {
    if has.port == wants.port {
        return None;
    }
    if wants.port.is_empty()
        && let Some(miss) = default_port(has)
    {
        return Some(miss);
    }
    if !has.port.is_empty() && has.port.parse::<u16>().is_err() {
        return Some(miss(
            Kind::Port,
            format!(
                "the value has `{}` in place of a port: write the port of the page, or no port if the page has none",
                shown_briefly(has.port)
            ),
        ));
    }
    if has.short_port() == wants.port && !wants.port.is_empty() {
        return Some(miss(
            Kind::Port,
            format!(
                "the port has a zero at its start, but browsers send no such zero: write `{}`",
                shown_briefly(wants.port)
            ),
        ));
    }
    let named = |port: &str| {
        if port.is_empty() {
            String::from("no port")
        } else {
            format!("the port {}", shown_briefly(port))
        }
    };
    Some(miss(
        Kind::Port,
        format!(
            "the value has {}, but the page has {}: {}",
            named(has.port),
            named(wants.port),
            wording::port_differs!()
        ),
    ))
}
