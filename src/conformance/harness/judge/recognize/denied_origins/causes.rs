//! Chooses the mistake that makes a server allow the denied origin of an exchange.

use alloc::string::String;

use super::{
    super::facts::{ALLOW_ORIGIN, single},
    DeniedOrigins,
    answers::Circumstance,
    parse,
};
use crate::{
    cases::Exchange,
    conformance::harness::{probes::shared_hosts::is_on_shared_host, report::cause::Cause},
};

impl DeniedOrigins<'_> {
    /// Returns the mistake that makes the server allow the denied origin of the exchange.
    pub(in super::super) fn cause(&self, exchange: &Exchange) -> Option<Cause> {
        let origin = self.denied(exchange)?;
        let sent = single(&exchange.response.header_list, ALLOW_ORIGIN)?;
        // If the server also sends an empty `Access-Control-Allow-Origin` to a request whose `Origin` is not empty, the
        // empty value is not an echo of `Origin`.
        if sent.is_empty() && self.sends_empty {
            return None;
        }
        if sent == b"*" && (self.sends_asterisk || !matches!(&*origin, "*" | "")) {
            return Some(Cause::WildcardOrigin);
        }
        if sent != origin.as_bytes() && String::from_utf8_lossy(&sent) != origin {
            return None;
        }
        if self.changes.is_some() {
            return Some(Cause::AllowsSometimes);
        }
        if origin == "null" && self.sends_null && !self.reflects_any_scheme() {
            return Some(Cause::SendsNull);
        }
        // The server sends this origin to other denied origins too, so it does not compare origins.
        if origin != "null" && self.found.reflects.is_none() && self.is_constant(exchange) {
            return Some(Cause::SendsOtherOrigin);
        }
        let usual = self
            .reflected
            .get(&origin)
            .and_then(|answers| answers.usual);
        let limited = self.limited_cause(&origin, exchange);
        Some(match (usual, limited) {
            (Some(true), _) => self.comparison(&origin),
            (_, Some(limited)) => limited,
            (None, None) => self.comparison(&origin),
            (Some(false), None) if origin == "null" => Cause::AllowsNull,
            (Some(false), None) => {
                let parsed = parse(&origin);
                let of_localhost = self.comparison_with_localhost(&origin, parsed.as_ref());
                let of_host = if is_on_shared_host(&origin) {
                    Cause::AllowsSharedHosts
                } else {
                    Cause::AllowsOtherOrigin
                };
                of_localhost.unwrap_or(of_host)
            }
        })
    }

    /// Returns the cause if the server reflects unrelated origins in the circumstances of the exchange, but refuses
    /// these origins in usual responses.
    fn limited_cause(&self, origin: &str, exchange: &Exchange) -> Option<Cause> {
        let mut circumstance = self.circumstance(exchange)?;
        // If the server also reflects the origin in a response to an uncredentialed request, credentials are not the
        // reason. Preflights never have credentials, so they do not count.
        if circumstance == Circumstance::Credentials {
            let answers = self.reflected.get(origin)?;
            let mut without = answers.other.iter().copied();
            let is_other = |other: &Circumstance| {
                !other.is_of_request_headers() && *other != Circumstance::Options
            };
            circumstance = without.find(is_other).unwrap_or(circumstance);
        }
        // The server can reflect any origin in responses to this method, and the check sends this origin only with these
        // headers.
        if circumstance.is_of_request_headers() {
            let without = self.circumstance_without_headers(exchange);
            let is_limited = |other: &Circumstance| self.found.limited.contains(other);
            circumstance = without.filter(is_limited).unwrap_or(circumstance);
        }
        self.cause_in(circumstance)
    }

    /// Returns the cause if the server reflects unrelated origins in the circumstances of the exchange, but refuses these
    /// origins in usual responses. The request can have several `Origin` lines.
    pub(in super::super) fn limited_reflection(&self, exchange: &Exchange) -> Option<Cause> {
        self.cause_in(self.circumstance(exchange)?)
    }

    fn cause_in(&self, circumstance: Circumstance) -> Option<Cause> {
        let limited = &self.found.limited;
        let methods = [Circumstance::Options, Circumstance::Method];
        let cause = match circumstance {
            Circumstance::Credentials => Cause::ReflectsWithCredentials,
            Circumstance::Headers => Cause::ReflectsWithHeaders,
            Circumstance::Error => Cause::ReflectsOnErrors,
            Circumstance::MethodAndError
                if !methods.iter().any(|method| limited.contains(method)) =>
            {
                Cause::ReflectsOnErrors
            }
            // Some servers reflect any origin in both responses of a fetch with credentials: the response to the
            // preflight, and the response to the request.
            Circumstance::Options
                if limited.contains(&Circumstance::Credentials)
                    && !limited.contains(&Circumstance::Method) =>
            {
                Cause::ReflectsWithCredentials
            }
            // A fetch with such a header needs a preflight.
            Circumstance::Options
                if limited.contains(&Circumstance::Headers)
                    && !limited.contains(&Circumstance::Method) =>
            {
                Cause::ReflectsWithHeaders
            }
            Circumstance::Options | Circumstance::Method | Circumstance::MethodAndError => {
                Cause::ReflectsOnSomeMethods
            }
        };
        limited.contains(&circumstance).then_some(cause)
    }
}
