//! Recognizes what is in front of a server: a firewall that drops preflights, or a login that redirects them.

use alloc::{format, string::String};

use ::url::Url;
use http::Method;

use super::facts::REQUEST_METHOD;
use crate::{
    cases::Exchange,
    conformance::{
        harness::{
            judge::redirects::{Target, redirect, redirect_of_preflight},
            report::{cause::Cause, violation::Violation},
        },
        laws::severity::Severity,
    },
    wording,
};

/// The facts that show whether a firewall in front of a server drops preflights.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    has_preflight_response: bool,
    has_options_response: bool,
    has_other_response: bool,
    /// The target of the first redirected preflight.
    redirect: Option<(Target, Url)>,
    /// The target of the first redirect.
    any_redirect: Option<(Target, Url)>,
}

impl Surroundings {
    pub(super) fn new<'x>(exchanges: impl Iterator<Item = &'x Exchange>) -> Self {
        let mut surroundings = Self::default();
        for exchange in exchanges {
            let is_options = exchange.request.method == Method::OPTIONS;
            surroundings.has_preflight_response |=
                is_options && exchange.request.header_list.contains(REQUEST_METHOD);
            surroundings.has_options_response |= is_options;
            surroundings.has_other_response |= !is_options;
            if surroundings.any_redirect.is_none() {
                surroundings.any_redirect = redirect(exchange);
            }
            if surroundings.redirect.is_none() {
                surroundings.redirect = redirect_of_preflight(exchange);
            }
        }
        surroundings
    }

    /// Returns the cause if the violation is due to a firewall in front of the server.
    pub(super) fn cause(&self, violation: &Violation) -> Option<Cause> {
        if violation.severity == Severity::Security {
            return None;
        }
        let request = &violation.unanswered.as_ref()?.request;
        // Some firewalls drop each OPTIONS request that is similar to a preflight.
        let is_like_preflight = request.header_list.contains(REQUEST_METHOD);
        let is_dropped = request.method == Method::OPTIONS
            && (!self.has_options_response || (is_like_preflight && !self.has_preflight_response));
        (is_dropped && self.has_other_response).then_some(Cause::DropsPreflights)
    }

    /// Describes the mistake of a server that redirects preflights. The text names the target of the redirect.
    pub(super) fn redirect(&self) -> Option<String> {
        let (target, to) = self.redirect.as_ref()?;
        Some(format!(
            "preflights are redirected to `{to}`{}",
            target.described()
        ))
    }

    /// Describes the mistake of a server that redirects every request. The text names the target of one of the redirects.
    pub(super) fn redirect_of_everything(&self) -> Option<String> {
        let (target, to) = self.any_redirect.as_ref()?;
        Some(format!(
            "the server redirects every request, for example to `{to}`{}",
            target.described()
        ))
    }

    /// Returns the fix for a server that redirects preflights to a login page or to another host. `None` for a redirect to the
    /// same host.
    pub(super) fn advice_for_redirected_preflights(&self) -> Option<&'static str> {
        match self.redirect.as_ref()?.0 {
            Target::Login => Some(concat!(
                wording::answer_before_authentication!(),
                ": ",
                wording::preflights_have_no_credentials!(),
                ", and ",
                wording::preflight_redirects_are_not_followed!()
            )),
            Target::OtherHost => Some(concat!(
                wording::answer_before_redirect!(),
                " to another host: ",
                wording::preflight_redirects_are_not_followed!()
            )),
            Target::Https | Target::Slash | Target::Other => None,
        }
    }

    /// Returns the fix for a server that redirects every request to a login page, to another path, or without a target. `None` if
    /// the target is probably the right URL.
    pub(super) const fn advice_for_redirect_of_everything(&self) -> Option<&'static str> {
        match &self.any_redirect {
            Some((Target::Login, _)) => Some(concat!(
                "check that the URL is right; if it needs a login, send the test requests with the cookie or the token of a user, and answer preflights before the login: ",
                wording::preflights_have_no_credentials!()
            )),
            Some((Target::Other, _)) => Some(concat!(
                "check that the URL is right, because the server has probably no resource there; if your pages use the target of the redirect, test the target: ",
                wording::preflight_redirects_are_not_followed!()
            )),
            Some((Target::Https | Target::Slash | Target::OtherHost, _)) => None,
            None => Some(
                "check that the URL is right, and look for the part of the server that redirects every request: browsers cannot follow these redirects, because they have no `Location`, or a malformed `Location`",
            ),
        }
    }

    /// Whether no OPTIONS request gets a response.
    pub(super) const fn drops_options(&self) -> bool {
        !self.has_options_response
    }
}
