//! The narrowest policy that a recording needs.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec::Vec,
};

use ::url::Url;

use super::{
    ask::{Ask, asks, needs_permission},
    check::{RequestVerdict, by_server, checked},
    exposed::{exposed_headers, responses_of},
    reasons::{Reasons, STAR_HEADER},
    unchecked::{UncheckedFetch, UncheckedReason},
    warning::{PolicyWarning, PolicyWarningKind, warnings},
};
use crate::{
    explain::{input::RecordedFetch, is_response_header},
    infrastructure::{
        header_list::HeaderList,
        method::{is_cors_safelisted_method, normalize},
    },
    server::{
        ConfigErrorKind, ConfigErrors, CorsPolicy, NoPublicSuffixes, PolicyConfig, PublicSuffixes,
    },
};

/// The policies that a recording needs, one for each server.
///
/// ```
/// use fetch_cors::{recorded::suggest_policies, server::NoPublicSuffixes};
/// let suggestions = suggest_policies(&[], &NoPublicSuffixes, |_| true);
/// assert!(suggestions.policies.is_empty() && suggestions.unchecked.is_empty());
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Suggestions {
    /// One policy for each server, in the order of the servers' origins.
    pub policies: Vec<SuggestedPolicy>,
    /// The recorded fetches for which a policy cannot be suggested, each with the reason.
    pub unchecked: Vec<UncheckedFetch>,
}

/// The narrowest policy with which all recorded requests to a server succeed. Some requests succeed only after a change
/// of the page. The warnings name such changes.
///
/// ```
/// use fetch_cors::{explain::input::Recording, recorded::suggest_policies, server::NoPublicSuffixes};
///
/// let recording = Recording::from_slice(br#"{"log": {"entries": [{
///     "request": {"method": "GET", "url": "https://api.example/", "headers": [
///         {"name": "Origin", "value": "http://app.example"}, {"name": "Cookie", "value": "a=b"}]},
///     "response": {"status": 200, "headers": []}
/// }]}}"#)?;
/// let suggestions = suggest_policies(&recording.fetches(), &NoPublicSuffixes, |_| true);
/// let suggested = &suggestions.policies[0];
/// assert!(suggested.policy.config().dangerously_allow_insecure_origins);
/// assert_eq!(suggested.warnings[0].kind.as_str(), "insecure-origin");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SuggestedPolicy {
    /// The origin of the server.
    pub server: String,
    /// The suggested policy.
    pub policy: CorsPolicy,
    /// The number of fetches that need the policy.
    pub fetch_count: usize,
    /// The warnings, for the person who checks the policy.
    pub warnings: Vec<PolicyWarning>,
}

/// Returns the narrowest policies that allow the cross-origin fetches of a recording, including blocked fetches.
///
/// - A policy lists the origins, methods and request headers that a browser sends for these fetches. In place of a
///   method with a lower-case letter, such as `patch`, a policy lists the method in upper case, and has a warning: the
///   page has to send the method in upper case. A request header that belongs on responses, such as `X-Frame-Options`,
///   has a warning. If a policy cannot list such a header, for example `Access-Control-Allow-Origin`, the policy leaves
///   out the header.
/// - Credentials are allowed if a recorded request has a cookie, or failed in a way that is possible only with
///   credentials. If a recorded server blocks a fetch only with credentials, and the recording does not show the result
///   of the fetch, a warning names the fetch.
/// - A response header is exposed if the recorded server exposes it by name on a response that has it. The browser may have
///   blocked the response.
/// - The max-age is the smallest max-age that the recorded server grants.
///
/// A member with the prefix `dangerously_` is set if the policy is not valid without this member. `is_selected` selects
/// the requests by URL.
///
/// ```
/// use fetch_cors::{explain::input::Recording, recorded::suggest_policies, server::NoPublicSuffixes};
///
/// let recording = Recording::from_slice(br#"{"log": {"entries": [{
///     "request": {"method": "DELETE", "url": "https://api.example/notes/1", "headers": [
///         {"name": "Origin", "value": "https://app.example"}]},
///     "response": {"status": 403, "headers": []}
/// }]}}"#)?;
/// let suggestions = suggest_policies(&recording.fetches(), &NoPublicSuffixes, |url| url.path() != "/");
/// assert_eq!(suggestions.policies[0].policy.config().methods.entries(), ["DELETE"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn suggest_policies(
    fetches: &[RecordedFetch],
    public_suffixes: &dyn PublicSuffixes,
    is_selected: impl Fn(&Url) -> bool,
) -> Suggestions {
    let mut suggestions = Suggestions::default();
    let mut needs: BTreeMap<String, Needs> = BTreeMap::new();
    for fetch in fetches.iter().filter(|fetch| needs_permission(fetch)) {
        let (corrected, corrections) = corrected(fetch);
        let corrected = corrected.as_ref().unwrap_or(fetch);
        let servers = match asks(corrected) {
            Ok(asks) => by_server(asks, &is_selected),
            Err(reason) => {
                if is_selected(&fetch.url) {
                    let unchecked = UncheckedFetch::new(fetch, reason);
                    suggestions.unchecked.push(unchecked);
                }
                continue;
            }
        };
        for asks in servers {
            let Some(server) = asks.first().map(|ask| ask.server.clone()) else {
                continue;
            };
            match Needs::of_fetch(corrected, &asks, public_suffixes) {
                Ok(mut needed) => {
                    // The recorded responses belong to the fetch with the recorded method.
                    needed.read_responses(fetch, &server);
                    needed.warnings.extend(corrections.iter().cloned());
                    needs.entry(server).or_default().add(needed);
                }
                Err(reason) => {
                    let reason = UncheckedReason::NotListable(reason);
                    suggestions
                        .unchecked
                        .push(UncheckedFetch::new(fetch, reason));
                }
            }
        }
    }
    for (server, needs) in needs {
        let Ok(policy) = validate(needs.config(), public_suffixes) else {
            // The needs of each fetch have already been validated. Validation checks each entry separately, so the
            // needs of several fetches together are valid too. The program never reaches this branch.
            continue;
        };
        let fetch_count = needs.fetch_count;
        let found = needs.all_warnings();
        let warnings = warnings(policy.config(), &server, &found, public_suffixes);
        suggestions.policies.push(SuggestedPolicy {
            server,
            policy,
            fetch_count,
            warnings,
        });
    }
    suggestions
}

/// Returns the fetch without the mistakes of the page, and a warning for each mistake. `None` in place of the fetch if
/// the page makes no mistake. The mistakes are a method with a lower-case letter, and headers that belong on responses. A
/// header that a policy can list stays in the fetch, because the recorded server can need this header.
fn corrected(fetch: &RecordedFetch) -> (Option<RecordedFetch>, Vec<(PolicyWarningKind, String)>) {
    let sent = normalize(fetch.method.as_bytes());
    let has_lower_case = sent.iter().any(u8::is_ascii_lowercase);
    let mut warnings = Vec::new();
    if has_lower_case {
        warnings.push((PolicyWarningKind::LowerCaseMethod, fetch.method.clone()));
    }
    let mut headers = HeaderList::new();
    for (name, value) in fetch.headers.iter() {
        if is_response_header(name.as_str()) {
            let warning = PolicyWarningKind::ResponseHeaderOnRequest;
            warnings.push((warning, String::from(name.as_str())));
            if !is_listable(name.as_str()) {
                continue;
            }
        }
        headers.append(name.clone(), value.clone());
    }
    let corrected = (!warnings.is_empty()).then(|| {
        let mut corrected = fetch.clone();
        if has_lower_case {
            corrected.method.make_ascii_uppercase();
        }
        corrected.headers = headers;
        corrected
    });
    (corrected, warnings)
}

/// Whether a policy can list the request header.
fn is_listable(name: &str) -> bool {
    let config = PolicyConfig {
        request_headers: Vec::from([String::from(name)]),
        ..PolicyConfig::default()
    };
    config.validate(&NoPublicSuffixes).is_ok()
}

/// The values that a policy needs so that the fetches to one server succeed.
#[derive(Debug, Default)]
struct Needs {
    origins: BTreeSet<String>,
    methods: BTreeSet<String>,
    request_headers: BTreeSet<String>,
    expose_headers: BTreeSet<String>,
    credentials: bool,
    /// The origins from which the recording shows a request with credentials.
    credentialed_origins: BTreeSet<String>,
    max_age: Option<u32>,
    fetch_count: usize,
    warnings: BTreeSet<(PolicyWarningKind, String)>,
}

impl Needs {
    /// Returns the values that the requests of one fetch need. Returns the reason as an error if a policy cannot list
    /// these values.
    fn of_fetch(
        fetch: &RecordedFetch,
        asks: &[Ask],
        public_suffixes: &dyn PublicSuffixes,
    ) -> Result<Self, String> {
        let mut needs = Self {
            fetch_count: 1,
            ..Self::default()
        };
        for ask in asks {
            needs.origins.insert(ask.origin.clone());
            if !is_cors_safelisted_method(ask.method.as_bytes()) {
                needs.methods.insert(ask.method.clone());
            }
            needs.request_headers.extend(ask.names.iter().cloned());
            if ask.is_credentialed {
                needs.credentials = true;
                needs.credentialed_origins.insert(ask.origin.clone());
            }
            if ask.is_redirected {
                let warning = (PolicyWarningKind::RedirectedOrigin, ask.url.to_string());
                needs.warnings.insert(warning);
            }
        }
        if needs.request_headers.contains("*") {
            return Err(STAR_HEADER.into());
        }
        if fetch.sends_credentials.is_none() {
            let warning = if fetch.is_blocked_only_with_credentials() {
                // A query can have a secret, and a policy file is not secret.
                let mut url = fetch.url.clone();
                url.set_query(None);
                url.set_fragment(None);
                let fetch = format!("{} {url}", fetch.method);
                (PolicyWarningKind::BlockedWithCredentials, fetch)
            } else {
                (PolicyWarningKind::UnknownCredentials, String::new())
            };
            needs.warnings.insert(warning);
        }
        let policy = validate(needs.config(), public_suffixes).map_err(|errors| {
            let first = errors.iter().next();
            first.map(ToString::to_string).unwrap_or_default()
        })?;
        if let Some(RequestVerdict::Denied { reasons }) =
            checked(&Reasons::new(&policy), fetch, asks).map(|checked| checked.verdict)
        {
            return Err(reasons.join("; "));
        }
        Ok(needs)
    }

    /// Adds the max-age and the exposed headers of the recorded responses.
    fn read_responses(&mut self, fetch: &RecordedFetch, server: &str) {
        for (exchange, response) in responses_of(fetch, server) {
            if exchange.is_preflight {
                let seconds = response.header_list.get("access-control-max-age");
                let seconds = seconds.and_then(|value| seconds_of(&value));
                self.max_age = smallest(self.max_age, seconds);
            }
        }
        let exposed = exposed_headers(fetch, server);
        self.expose_headers.extend(exposed.names);
        if exposed.has_wildcard && !self.credentials {
            let warning = (PolicyWarningKind::ExposesAnyHeader, String::new());
            self.warnings.insert(warning);
        }
    }

    fn add(&mut self, other: Self) {
        self.origins.extend(other.origins);
        self.methods.extend(other.methods);
        self.request_headers.extend(other.request_headers);
        self.expose_headers.extend(other.expose_headers);
        self.credentials |= other.credentials;
        self.credentialed_origins.extend(other.credentialed_origins);
        self.max_age = smallest(self.max_age, other.max_age);
        self.fetch_count += other.fetch_count;
        self.warnings.extend(other.warnings);
    }

    /// Returns the warnings about the recording. Includes the warnings about the fetches of all origins together.
    fn all_warnings(mut self) -> BTreeSet<(PolicyWarningKind, String)> {
        if self.credentials {
            let others = self.origins.difference(&self.credentialed_origins);
            let kind = PolicyWarningKind::UnneededCredentials;
            let unneeded = others.map(|origin| (kind, origin.clone()));
            self.warnings.extend(unneeded);
        }
        self.warnings
    }

    fn config(&self) -> PolicyConfig {
        PolicyConfig {
            origins: self.origins.iter().collect(),
            credentials: self.credentials,
            methods: self.methods.iter().collect(),
            request_headers: self.request_headers.iter().cloned().collect(),
            expose_headers: self.expose_headers.iter().collect(),
            max_age: self.max_age,
            ..PolicyConfig::default()
        }
    }
}

/// Validates the configuration. If an error is about a missing member with the prefix `dangerously_`, sets the member
/// and validates the configuration again.
fn validate(
    mut config: PolicyConfig,
    public_suffixes: &dyn PublicSuffixes,
) -> Result<CorsPolicy, ConfigErrors> {
    let errors = match config.validate(public_suffixes) {
        Ok(policy) => return Ok(policy),
        Err(errors) => errors,
    };
    for error in errors.iter() {
        match error.kind() {
            ConfigErrorKind::NullOriginWithCredentials => {
                config.dangerously_allow_null_origin = true;
            }
            ConfigErrorKind::InsecureOriginWithCredentials => {
                config.dangerously_allow_insecure_origins = true;
            }
            _ => {}
        }
    }
    config.validate(public_suffixes)
}

fn seconds_of(value: &[u8]) -> Option<u32> {
    let text = core::str::from_utf8(value).ok()?;
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // A number that does not fit into the type is replaced by the maximum.
    let seconds = is_number.then(|| text.parse().unwrap_or(u32::MAX))?;
    Some(seconds.min(PolicyConfig::MAX_AGE_LIMIT_SECONDS))
}

fn smallest(a: Option<u32>, b: Option<u32>) -> Option<u32> {
    a.into_iter().chain(b).min()
}
