//! The origins of a policy: parsing the entries, and matching a request's `Origin`.

pub(super) mod address_range;
pub(super) mod ambiguous;
pub(super) mod app_origin;
mod canonical;
pub(super) mod dead;
pub(super) mod extension;
pub(super) mod matcher;
pub(super) mod misspelled;
pub(super) mod parsed;
pub(super) mod partial_label;
pub(super) mod pattern;
pub(super) mod port;
mod url_tail;
pub(super) mod wildcard;
