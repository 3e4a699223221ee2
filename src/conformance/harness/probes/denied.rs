//! Probes from denied origins: with methods other than GET, with credentials, and at the error URL. Some servers choose
//! the CORS headers in the handler for one method, or in the handler for errors. Other modules have the probes with a
//! plain GET.

use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    advice::{EXACT, OTHER_PORT},
    builder::{Call, ProbeBuilder, UNLISTED_ORIGIN, named, numbered},
    error_responses::without_preflight,
    probe::{CREDENTIALS, Probe},
    unlisted::UNLISTED_COM,
};
use crate::{
    conformance::harness::{
        expectations::{is_possible_origin, origin_for_entry, parent_domains},
        report::cause::Cause,
    },
    infrastructure::{
        origin::{Origin, TupleOrigin},
        request::Request,
    },
};

/// The kinds of denied origins that are tried with every method.
const MAIN_KINDS: [&str; 3] = [UNLISTED, LOOK_ALIKE, NULL];
pub(super) const UNLISTED: &str = "unlisted-origin";
pub(super) const LOOK_ALIKE: &str = "look-alike-origin";
pub(super) const NULL: &str = "null-origin";
/// The kind of an origin whose last label most sites have. Its requests do not have the method POST, because few servers handle
/// POST apart from GET and HEAD.
const UNLISTED_WITH_COM: &str = "unlisted-com-origin";
/// The maximum number of methods for the other kinds: HEAD, POST, and a method that needs a preflight.
const MAX_METHODS_OF_OTHER_KINDS: usize = 3;
/// The maximum number of list entries that these probes imitate.
const MAX_ENTRIES: usize = 8;
/// The maximum number of list entries that these probes imitate in every way.
const MAX_FULLY_IMITATED_ENTRIES: usize = 2;

/// Whether the origin is one of the two that anyone can have without knowing the policy. Other probes try these origins with
/// GET and credentials.
fn is_main(origin: &str) -> bool {
    matches!(origin, UNLISTED_ORIGIN | "null")
}

/// A denied origin, with the name of its kind. The index is the position of the imitated list entry.
struct Denied {
    kind: &'static str,
    index: usize,
    origin: String,
}

impl ProbeBuilder<'_> {
    /// Adds requests from [`denied_kinds`](Self::denied_kinds). The requests to the error URL have the method GET, and for
    /// the unlisted origin also other methods. The requests to the URL of the check have other methods or credentials,
    /// because other probes already send a plain GET to this URL.
    pub(crate) fn denied_origins(&mut self) {
        let methods = self.methods_other_than_get();
        for Denied {
            kind,
            index,
            origin,
        } in self.denied_kinds()
        {
            let name = |name: String| numbered(&name, index);
            let max_methods = if MAIN_KINDS.contains(&kind) && index == 0 {
                methods.len()
            } else {
                MAX_METHODS_OF_OTHER_KINDS
            };
            let is_tried = |method: &&String| kind != UNLISTED_WITH_COM || *method != "POST";
            for method in methods.iter().take(max_methods).filter(is_tried) {
                let call = Call {
                    method,
                    ..Call::from_page(&origin)
                };
                let name = name(named(&format!("{kind}-"), method));
                self.denied(&name, call, self.config.url());
                if kind == LOOK_ALIKE
                    && index == 0
                    && method == "POST"
                    && let Some(request) = call.request(self.config.url())
                {
                    self.with_credentials(&name, EXACT, &request);
                }
            }
            let call = Call::from_page(&origin);
            if !is_main(&origin)
                && let Some(request) = call.request(self.config.url())
            {
                let advice = Cause::ReflectsWithCredentials.advice();
                self.with_credentials(&name(kind.to_owned()), advice, &request);
            }
            if let Some(url) = &self.config.error_url {
                self.denied(&name(format!("{kind}-error")), call, url);
                if is_main(&origin) {
                    let methods = methods.iter();
                    let methods =
                        methods.filter(|method| origin == UNLISTED_ORIGIN || *method == "POST");
                    let calls = methods.map(|method| Call { method, ..call });
                    let probes = calls.filter_map(|call| {
                        let request = without_preflight(&call, url)?;
                        let name = named(&format!("{kind}-error-to-"), call.method);
                        Probe::fetch(name, EXACT, request)
                    });
                    let probes: Vec<Probe> = probes.collect();
                    self.probes.extend(probes);
                }
            }
        }
    }

    /// Returns the denied origins that are tried in more ways than with a plain GET: two unlisted origins, `null`, an
    /// origin of a developer's machine, an origin on a shared host, another subdomain of the server's parent domain, and two
    /// imitations of each of the first [`MAX_ENTRIES`] entries: a longer host, and the same host with HTTP. The first
    /// [`MAX_FULLY_IMITATED_ENTRIES`] entries have three more imitations: a subdomain, another subdomain of the parent domain,
    /// and the same host with another port.
    fn denied_kinds(&self) -> Vec<Denied> {
        let kinds = [
            (UNLISTED, UNLISTED_ORIGIN),
            (NULL, "null"),
            (UNLISTED_WITH_COM, UNLISTED_COM),
            ("localhost-origin", "http://localhost:3000"),
            (
                "shared-host-origin",
                "https://fetch-cors-unlisted.vercel.app",
            ),
        ];
        let kinds = kinds
            .into_iter()
            .filter(|(_, origin)| self.is_denied(origin));
        let kinds = kinds.map(|(kind, origin)| Denied {
            kind,
            index: 0,
            origin: origin.to_owned(),
        });
        let entries = self.expectations.spec.origins.entries().iter();
        let web = entries.filter(|entry| entry.starts_with("http"));
        let imitations = web
            .take(MAX_ENTRIES)
            .enumerate()
            .flat_map(|(index, entry)| {
                let mut origins = Vec::from([
                    (LOOK_ALIKE, self.look_alike_of(entry)),
                    ("http-origin", self.with_http(entry)),
                ]);
                if index < MAX_FULLY_IMITATED_ENTRIES {
                    origins.extend(self.neighbors_of(entry));
                }
                origins.into_iter().filter_map(move |(kind, origin)| {
                    origin.map(|origin| Denied {
                        kind,
                        index,
                        origin,
                    })
                })
            });
        let sibling = self.own_sibling().map(|origin| Denied {
            kind: "own-sibling-origin",
            index: 0,
            origin,
        });
        let sibling = sibling.filter(|denied| self.is_denied(&denied.origin));
        kinds.chain(imitations).chain(sibling).collect()
    }

    /// Returns the imitation of the first web origin in the list.
    pub(super) fn first_look_alike(&self) -> Option<String> {
        let mut entries = self.expectations.spec.origins.entries().iter();
        let first = entries.find(|entry| entry.starts_with("http"))?;
        self.look_alike_of(first)
    }

    /// Returns the denied origins that differ from an origin of the entry in one label of the host, or in the port. The check
    /// also sends them with a plain GET (see `imitations` in `attacks.rs`).
    fn neighbors_of(&self, entry: &str) -> Vec<(&'static str, Option<String>)> {
        let listed = origin_for_entry(entry);
        let Ok(origin) = TupleOrigin::parse(listed.as_bytes()) else {
            return Vec::new();
        };
        let (scheme, host) = (origin.scheme(), origin.host());
        let port = listed.get(format!("{scheme}://{host}").len()..);
        let port = port.unwrap_or_default();
        let parents = parent_domains(host);
        let sibling = parents
            .first()
            .map(|parent| format!("{scheme}://evil.{parent}{port}"));
        let origins = [
            (
                "subdomain-origin",
                Some(format!("{scheme}://evil.{host}{port}")),
            ),
            ("sibling-origin", sibling),
            (
                "other-port-origin",
                Some(format!("{scheme}://{host}:{OTHER_PORT}")),
            ),
        ];
        let is_denied = |origin: &String| {
            let parsed = Origin::parse(origin);
            parsed.is_ok_and(|parsed| is_possible_origin(&parsed)) && !self.is_allowed(origin)
        };
        let origins = origins.map(|(kind, origin)| (kind, origin.filter(is_denied)));
        origins.into()
    }

    /// Returns an origin of the entry, with the scheme HTTP in place of HTTPS. Returns `None` if the policy allows this
    /// origin.
    fn with_http(&self, entry: &str) -> Option<String> {
        let listed = origin_for_entry(entry);
        let rest = listed.strip_prefix("https://")?;
        Some(format!("http://{rest}")).filter(|origin| !self.is_allowed(origin))
    }

    /// Adds a request without credentials from a denied origin. For [`UNLISTED_ORIGIN`], also adds the request with
    /// each kind of credentials. For `null`, adds these requests if the method is HEAD or POST, or if the URL is the error URL.
    fn denied(&mut self, name: &str, call: Call<'_>, url: &::url::Url) {
        let Some(request) = call.request(url) else {
            return;
        };
        let plain = Probe::fetch(name.to_string(), EXACT, request.clone());
        self.probes.extend(plain);
        let is_of_null = call.page == "null"
            && (matches!(call.method, "HEAD" | "POST") || url != self.config.url());
        if call.page != UNLISTED_ORIGIN && !is_of_null {
            return;
        }
        self.with_credentials(name, EXACT, &request);
    }

    /// Adds the request with each kind of credentials.
    fn with_credentials(&mut self, name: &str, advice: &'static str, request: &Request) {
        for (suffix, header, value) in CREDENTIALS {
            let name = name.to_owned() + suffix;
            let credentials = (header, value);
            let probe = Probe::credentialed(name, advice, request.clone(), credentials);
            self.probes.extend(probe);
        }
    }

    pub(super) fn is_allowed(&self, origin: &str) -> bool {
        self.expectations.lets_read(origin, false)
    }

    /// Whether the policy denies requests of the origin, with or without credentials. A policy with the origin `*` denies
    /// every origin in requests with credentials.
    pub(super) fn is_denied(&self, origin: &str) -> bool {
        let is_any = self.expectations.spec.origins.is_any();
        !self.expectations.lets_read(origin, true) && (is_any || !self.is_allowed(origin))
    }

    /// Returns a denied origin that begins with the listed origin of an entry. If possible, the denied origin also ends with the
    /// listed host: for example, `https://a.com.evila.com` for `https://a.com`. A server that compares only the
    /// beginning or the end of the origin allows the denied origin.
    fn look_alike_of(&self, entry: &str) -> Option<String> {
        let listed = origin_for_entry(entry);
        let origin = TupleOrigin::parse(listed.as_bytes()).ok()?;
        let (scheme, host) = (origin.scheme(), origin.host());
        let port = listed.get(format!("{scheme}://{host}").len()..)?;
        let ends = [format!("evil{host}"), "evil.test".to_owned()];
        let mut origins = ends
            .iter()
            .map(|end| format!("{scheme}://{host}.{end}{port}"));
        origins.find(|origin| {
            let parsed = Origin::parse(origin);
            parsed.is_ok_and(|parsed| is_possible_origin(&parsed)) && !self.is_allowed(origin)
        })
    }
}
