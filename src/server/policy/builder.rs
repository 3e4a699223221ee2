//! The builder of a policy. The documentation of its methods has tables of permitted and refused values.

use alloc::{string::String, sync::Arc, vec::Vec};
use core::mem;

use super::{
    CorsPolicy,
    arguments::{MaxAge, PreflightStatus},
    config::{AllowList, PolicyConfig},
    error::ConfigErrors,
    pairs::NONE,
    predicate::{Allows, Domain, PredicateRequest},
    validate::{Draft, DraftPredicate},
};
use crate::infrastructure::public_suffixes::{NoPublicSuffixes, PublicSuffixes};

/// Builds a [`CorsPolicy`]. A new builder does not allow any origin. The order of the calls does not matter, with one
/// exception: a second value for the same setting, such as the max-age, replaces the first value.
///
/// Each method accepts any value, and [`build`](Self::build) reports all refused values together. The tables of the
/// methods show the [`ConfigErrorKind`](crate::server::ConfigErrorKind) of each refused value.
///
/// ```
/// use fetch_cors::server::{CorsPolicy, CredentialsMode};
///
/// let policy = CorsPolicy::builder()
///     .origins(["https://app.example", "https://*.example.com"])
///     .credentials(true)
///     .methods(["PUT", "DELETE"])
///     .request_headers(["content-type", "authorization"])
///     .max_age(600)
///     .build()?;
/// assert!(policy.permits("https://app.example", "PUT", &["authorization"], CredentialsMode::Include));
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
#[derive(Debug, Clone)]
pub struct CorsPolicyBuilder {
    draft: Draft,
    public_suffixes: Arc<dyn PublicSuffixes>,
}

impl Default for CorsPolicyBuilder {
    fn default() -> Self {
        let mut builder = Self::from(PolicyConfig::default());
        builder.draft.requires_origins = true;
        builder
    }
}

/// Creates a builder with the values of a configuration.
impl From<PolicyConfig> for CorsPolicyBuilder {
    fn from(config: PolicyConfig) -> Self {
        Self {
            draft: Draft {
                config,
                ..Draft::default()
            },
            public_suffixes: Arc::new(NoPublicSuffixes),
        }
    }
}

impl CorsPolicy {
    /// Creates a builder. Its policy does not allow any origin yet.
    pub fn builder() -> CorsPolicyBuilder {
        CorsPolicyBuilder::default()
    }
}

impl CorsPolicyBuilder {
    /// Allows any origin, including `null`.
    ///
    /// | policy | result |
    /// |---|---|
    /// | without credentials | permitted |
    /// | with [`credentials(true)`](Self::credentials) | refused, [`WildcardOriginWithCredentials`](crate::server::ConfigErrorKind::WildcardOriginWithCredentials): each website could read the data of a user. No `dangerously_` method permits this: list the origins |
    #[must_use]
    pub fn any_origin(mut self) -> Self {
        let Draft {
            config, redundant, ..
        } = &mut self.draft;
        allow_any(&mut config.origins, &mut redundant.origins);
        self
    }

    /// Allows one origin, or several origins with a pattern: see [`OriginPattern`](crate::server::OriginPattern).
    ///
    /// | value | result |
    /// |---|---|
    /// | `https://app.example`, `http://localhost:3000`, `tauri://localhost` | permitted: this origin |
    /// | `https://*.example.com` | permitted: one or more labels before `.example.com` |
    /// | `http://localhost:*`, `https://*.example.com:*` | permitted: any port, or no port |
    /// | `https://app-*.vercel.app`, `https://*--app.netlify.app` | permitted: one or more characters in place of the `*`, in the first label only |
    /// | `chrome-extension://*`, `moz-extension://*`, `safari-web-extension://*` | permitted: all browser extensions of the scheme |
    /// | `null` | permitted: see [`null_origin`](Self::null_origin) |
    /// | `file://` | permitted: local documents in clients that send `file://` instead of `null` |
    /// | `*` | refused, [`InvalidOrigin`](crate::server::ConfigErrorKind::InvalidOrigin): call [`any_origin`](Self::any_origin) |
    /// | `app.example`, `https://a.*.example`, `https://*example.com`, `file:///a` | refused, [`InvalidOrigin`](crate::server::ConfigErrorKind::InvalidOrigin): not an origin, or the `*` is misplaced |
    /// | `https://app.example/`, `https://APP.example`, `https://app.example:443` | refused, [`UnmatchableOrigin`](crate::server::ConfigErrorKind::UnmatchableOrigin): browsers send another form, which the error suggests |
    /// | with credentials: `http:` and a host other than this machine | refused, [`InsecureOriginWithCredentials`](crate::server::ConfigErrorKind::InsecureOriginWithCredentials), unless you call [`dangerously_allow_insecure_origins`](Self::dangerously_allow_insecure_origins) |
    /// | with credentials: `chrome-extension://*` | refused, [`AnyExtensionOriginWithCredentials`](crate::server::ConfigErrorKind::AnyExtensionOriginWithCredentials), unless you call [`dangerously_allow_any_extension_origin`](Self::dangerously_allow_any_extension_origin) |
    /// | with credentials: `null`, `file://` | refused, [`NullOriginWithCredentials`](crate::server::ConfigErrorKind::NullOriginWithCredentials), unless you call [`dangerously_allow_null_origin`](Self::dangerously_allow_null_origin) |
    /// | with credentials: `https://*.com`, `https://*.co.uk`, `https://app-*.vercel.app` | refused, [`PublicSuffixWithCredentials`](crate::server::ConfigErrorKind::PublicSuffixWithCredentials), unless you call [`dangerously_allow_subdomains_of_public_suffixes`](Self::dangerously_allow_subdomains_of_public_suffixes); see [`public_suffixes`](Self::public_suffixes) |
    ///
    /// "This machine" means `localhost`, its subdomains, `127.0.0.0/8` and `[::1]`.
    #[must_use]
    pub fn origin(mut self, origin: impl AsRef<str>) -> Self {
        self.listed_origins().push(origin.as_ref().into());
        self
    }

    /// Permits a policy without origins. Use this method for a server whose pages all have the same origin as the
    /// server. Without this call, a policy needs an origin or a predicate. After this call, a call of
    /// [`origin`](Self::origin) can still allow an origin.
    ///
    /// ```
    /// use fetch_cors::server::CorsPolicy;
    /// let production = CorsPolicy::builder().no_origins().build()?;
    /// assert_eq!(production.origins(), Some(vec![]));
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    #[must_use]
    pub fn no_origins(mut self) -> Self {
        self.draft.requires_origins = false;
        self
    }

    /// Allows several origins. A policy needs at least one origin, or a predicate, or [`no_origins`](Self::no_origins).
    ///
    /// | value | result |
    /// |---|---|
    /// | a list of entries | permitted, if [`origin`](Self::origin) permits each entry |
    /// | an empty list, and no other call allows an origin | refused, [`EmptyOrigins`](crate::server::ConfigErrorKind::EmptyOrigins): call [`no_origins`](Self::no_origins) |
    #[must_use]
    pub fn origins<S: AsRef<str>>(mut self, origins: impl IntoIterator<Item = S>) -> Self {
        self.listed_origins().extend(strings(origins));
        self
    }

    /// Allows the origins in a comma-separated list, such as the value of an environment variable. Empty elements and
    /// white space around elements are ignored.
    ///
    /// | value | result |
    /// |---|---|
    /// | `https://a.example, https://b.example,` | permitted, if [`origin`](Self::origin) permits each element |
    /// | `null` or `file://` as an element | refused, [`InvalidOrigin`](crate::server::ConfigErrorKind::InvalidOrigin): a variable must not allow every sandboxed page or local file by accident. Call [`null_origin`](Self::null_origin), or [`origin`](Self::origin) with `file://` |
    /// | `https://a.example; https://b.example` | refused, [`InvalidOrigin`](crate::server::ConfigErrorKind::InvalidOrigin): only commas separate elements |
    /// | only `none` | permitted: the same as [`no_origins`](Self::no_origins) |
    /// | an empty list, and no other call allows an origin | refused, [`EmptyOrigins`](crate::server::ConfigErrorKind::EmptyOrigins) |
    ///
    /// ```
    /// use fetch_cors::server::{CorsPolicy, CredentialsMode};
    /// let policy = CorsPolicy::builder().origins_from_list("https://a.example, https://b.example,").build()?;
    /// assert!(policy.permits("https://b.example", "GET", &[], CredentialsMode::SameOrigin));
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    #[must_use]
    pub fn origins_from_list(mut self, list: &str) -> Self {
        if list.trim() == NONE {
            return self.no_origins();
        }
        let elements = list
            .split(',')
            .map(str::trim)
            .filter(|element| !element.is_empty());
        let first = self.listed_origins().len();
        self.listed_origins().extend(strings(elements));
        let added = first..self.listed_origins().len();
        self.draft
            .text_origins
            .get_or_insert_default()
            .extend(added);
        self
    }

    /// Allows the origin `null`. Sandboxed frames, local files and some redirected requests have this origin. An
    /// attacker's page can have this origin too.
    ///
    /// | policy | result |
    /// |---|---|
    /// | without credentials | permitted |
    /// | with [`credentials(true)`](Self::credentials) | refused, [`NullOriginWithCredentials`](crate::server::ConfigErrorKind::NullOriginWithCredentials), unless you call [`dangerously_allow_null_origin`](Self::dangerously_allow_null_origin) |
    #[must_use]
    pub fn null_origin(self) -> Self {
        self.origin("null")
    }

    /// Allows the origins for which `allows` returns true, in addition to the listed origins. The arguments of `allows`
    /// are the serialized origin and the [request](PredicateRequest). `allows` can read only the request headers that
    /// `reads` lists.
    ///
    /// `reads` must list each request header that can change the result. If `allows` reads an extension of the
    /// request, also list the request headers that a middleware used to compute the extension. `Vary` lists all these
    /// headers, except on responses to OPTIONS, which are not cacheable (RFC 9110 §9.3.7). `reads` does not need the
    /// method and the URI, because every cache already stores responses by method and URI.
    ///
    /// `allows` is called for `null` and for serialized origins of at most 268 bytes. A longer `http` or `https`
    /// origin has a host that is too long for a domain name. For other values, see
    /// [`raw_origin_predicate`](Self::raw_origin_predicate).
    ///
    /// A preflight does not have the headers that scripts set. Read only headers that browsers send themselves, or that a
    /// gateway adds.
    ///
    /// | value | result |
    /// |---|---|
    /// | `reads`: tokens, such as `x-forwarded-host`; also an empty list | permitted |
    /// | `reads`: a name that is not a token | refused, [`InvalidHeaderName`](crate::server::ConfigErrorKind::InvalidHeaderName), with the member `origin_predicate`: a request cannot have such a header |
    /// | a second predicate | refused, [`RepeatedPredicate`](crate::server::ConfigErrorKind::RepeatedPredicate): combine the two predicates in one function |
    /// | an origin that `allows` accepts, with credentials | permitted: the rules of [`origin`](Self::origin) for credentials do not apply, because the builder cannot check a function |
    ///
    /// ```
    /// use fetch_cors::server::CorsPolicy;
    /// let policy = CorsPolicy::builder()
    ///     .origin_predicate(&["x-forwarded-host"], |origin, request| {
    ///         origin == "https://a.example" && request.header("x-forwarded-host") == Some(b"api.a.example")
    ///     })
    ///     .build()?;
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    #[must_use]
    pub fn origin_predicate(
        mut self,
        reads: &[&str],
        allows: impl Fn(&str, &PredicateRequest<'_>) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.draft.predicates.push(DraftPredicate {
            reads: strings(reads).collect(),
            domain: Domain::Origins,
            allows: Allows(Arc::new(allows)),
        });
        self
    }

    /// Allows the values of `Origin` for which `allows` returns true. `allows` is called for every value that is valid
    /// UTF-8, even if the value is long or is not an origin. Use this method for clients that are not browsers.
    /// Everything else is the same as in [`origin_predicate`](Self::origin_predicate).
    ///
    /// | value | result |
    /// |---|---|
    /// | any | the table of [`origin_predicate`](Self::origin_predicate) applies. Errors name the member `origin_predicate` |
    ///
    /// ```
    /// use fetch_cors::server::CorsPolicy;
    /// use http::{HeaderMap, Method};
    ///
    /// let policy = CorsPolicy::builder().raw_origin_predicate(&[], |origin, _| origin == "Desktop App/1.0").build()?;
    /// let request = HeaderMap::from_iter([("origin".parse()?, "Desktop App/1.0".parse()?)]);
    /// assert!(policy.decide(&Method::GET, &request).verdict().is_allowed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn raw_origin_predicate(
        mut self,
        reads: &[&str],
        allows: impl Fn(&str, &PredicateRequest<'_>) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.draft.predicates.push(DraftPredicate {
            reads: strings(reads).collect(),
            domain: Domain::AnyText,
            allows: Allows(Arc::new(allows)),
        });
        self
    }

    /// Sets whether credentialed requests are allowed. The default is `false`.
    ///
    /// | value | result |
    /// |---|---|
    /// | `true`, with listed origins or a predicate | permitted. The rows for credentials in the table of [`origin`](Self::origin) apply to the listed origins |
    /// | `true`, with [`any_origin`](Self::any_origin) | refused, [`WildcardOriginWithCredentials`](crate::server::ConfigErrorKind::WildcardOriginWithCredentials) |
    /// | `true`, with [`expose_any_header`](Self::expose_any_header) | refused, [`WildcardExposeWithCredentials`](crate::server::ConfigErrorKind::WildcardExposeWithCredentials) |
    #[must_use]
    pub fn credentials(mut self, credentials: bool) -> Self {
        self.draft.config.credentials = credentials;
        self
    }

    /// Allows methods, as strings or as [`Method`](http::Method)s. GET, HEAD and POST are always allowed.
    ///
    /// | value | result |
    /// |---|---|
    /// | `PUT`, `DELETE`, `PATCH`, `patch` | permitted. Names are case-sensitive, and browsers do not change the case of `patch` |
    /// | `put`, `Delete` | refused, [`UnmatchableMethod`](crate::server::ConfigErrorKind::UnmatchableMethod): browsers send this method in upper case |
    /// | `CONNECT`, `TRACE`, `TRACK`, in any letter case | refused, [`ForbiddenMethod`](crate::server::ConfigErrorKind::ForbiddenMethod): browsers never send this method |
    /// | an empty string, `a b` | refused, [`InvalidMethod`](crate::server::ConfigErrorKind::InvalidMethod): not a token |
    /// | `*` | refused, [`InvalidMethod`](crate::server::ConfigErrorKind::InvalidMethod): call [`any_method`](Self::any_method) |
    #[must_use]
    pub fn methods<S: AsRef<str>>(mut self, methods: impl IntoIterator<Item = S>) -> Self {
        let Draft {
            config, redundant, ..
        } = &mut self.draft;
        listed(&mut config.methods, &mut redundant.methods).extend(strings(methods));
        self
    }

    /// Allows any method except the method with the name `*` and methods of more than 8 KiB.
    ///
    /// The response reflects the requested method, with and without credentials.
    #[must_use]
    pub fn any_method(mut self) -> Self {
        let Draft {
            config, redundant, ..
        } = &mut self.draft;
        allow_any(&mut config.methods, &mut redundant.methods);
        self
    }

    /// Allows request headers, as strings or as [`HeaderName`](http::HeaderName)s, in any letter case.
    ///
    /// | value | result |
    /// |---|---|
    /// | `content-type`, `X-Request-Id`, `authorization` | permitted. Requests with a JSON body need the entry `content-type` |
    /// | `*` | permitted: any header, with two exceptions. `authorization` needs an entry of its own, and the header with the name `*` is denied |
    /// | an empty string, `a b` | refused, [`InvalidHeaderName`](crate::server::ConfigErrorKind::InvalidHeaderName): not a token |
    /// | `cookie`, `host`, `origin`, `sec-…`, `proxy-…` | refused, [`ForbiddenHeaderName`](crate::server::ConfigErrorKind::ForbiddenHeaderName): browsers do not let scripts set this header |
    /// | `access-control-allow-origin`, `access-control-max-age` | refused, [`MisplacedHeaderName`](crate::server::ConfigErrorKind::MisplacedHeaderName): the CORS protocol uses this header only in responses |
    #[must_use]
    pub fn request_headers<S: AsRef<str>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.draft.config.request_headers.extend(strings(names));
        self
    }

    /// Allows any request header except `authorization` and the header with the name `*`. To allow `authorization`,
    /// also call [`request_headers`](Self::request_headers).
    ///
    /// The response reflects the requested names, with and without credentials. The response does not use the wildcard
    /// `*`, because all browsers treat `*` as if it allowed `authorization` too.
    #[must_use]
    pub fn any_request_header(self) -> Self {
        self.request_headers(["*"])
    }

    /// Exposes response headers to scripts, in addition to the CORS-safelisted names. Names can have any case.
    ///
    /// | value | result |
    /// |---|---|
    /// | `etag`, `X-Request-Id` | permitted |
    /// | an empty string, `a:b` | refused, [`InvalidHeaderName`](crate::server::ConfigErrorKind::InvalidHeaderName): not a token |
    /// | `*` | refused, [`InvalidHeaderName`](crate::server::ConfigErrorKind::InvalidHeaderName): call [`expose_any_header`](Self::expose_any_header). With credentials, list the names |
    /// | `set-cookie`, `set-cookie2` | refused, [`ForbiddenHeaderName`](crate::server::ConfigErrorKind::ForbiddenHeaderName): browsers never let scripts read this header |
    /// | `origin`, `access-control-request-method`, `access-control-request-headers` | refused, [`MisplacedHeaderName`](crate::server::ConfigErrorKind::MisplacedHeaderName): the CORS protocol uses this header only in requests |
    #[must_use]
    pub fn expose_headers<S: AsRef<str>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        let Draft {
            config, redundant, ..
        } = &mut self.draft;
        listed(&mut config.expose_headers, &mut redundant.expose_headers).extend(strings(names));
        self
    }

    /// Exposes any response header.
    ///
    /// | policy | result |
    /// |---|---|
    /// | without credentials | permitted |
    /// | with [`credentials(true)`](Self::credentials) | refused, [`WildcardExposeWithCredentials`](crate::server::ConfigErrorKind::WildcardExposeWithCredentials): with credentials, browsers read `*` as a header name. List the names |
    #[must_use]
    pub fn expose_any_header(mut self) -> Self {
        let Draft {
            config, redundant, ..
        } = &mut self.draft;
        allow_any(&mut config.expose_headers, &mut redundant.expose_headers);
        self
    }

    /// Sets how long browsers can cache a preflight, in seconds or as a [`Duration`](core::time::Duration). Without a
    /// max-age, browsers cache a preflight for 5 seconds.
    ///
    /// | value | result |
    /// |---|---|
    /// | 0 to 86400 seconds | permitted. Fractions of a second are dropped |
    /// | more than 86400 seconds (one day) | refused, [`MaxAgeOutOfRange`](crate::server::ConfigErrorKind::MaxAgeOutOfRange): no browser caches a preflight for more than one day |
    #[must_use]
    pub fn max_age(mut self, max_age: impl MaxAge) -> Self {
        self.draft.config.max_age = Some(max_age.seconds());
        self
    }

    /// Sets the status of the response to an allowed preflight, as a number or a [`StatusCode`](http::StatusCode). The
    /// default is 204.
    ///
    /// | value | result |
    /// |---|---|
    /// | 200 to 299 | permitted |
    /// | any other status | refused, [`InvalidPreflightStatus`](crate::server::ConfigErrorKind::InvalidPreflightStatus): the status of a successful preflight is between 200 and 299 |
    #[must_use]
    pub fn preflight_status(mut self, status: impl PreflightStatus) -> Self {
        self.draft.config.preflight_status = status.number();
        self
    }

    /// Permits credentials for entries such as `moz-extension://*`, which match all browser extensions of one scheme.
    /// Anyone can publish an extension, and any extension that a user installs can then read the user's data on this
    /// server.
    ///
    /// | value | result |
    /// |---|---|
    /// | `moz-extension://*`, with credentials | permitted after this call, otherwise refused: [`AnyExtensionOriginWithCredentials`](crate::server::ConfigErrorKind::AnyExtensionOriginWithCredentials) |
    #[must_use]
    pub fn dangerously_allow_any_extension_origin(mut self) -> Self {
        self.draft.config.dangerously_allow_any_extension_origin = true;
        self
    }

    /// Permits credentials for `http:` origins of machines other than the user's own machine. An attacker on the
    /// network can forge the pages of such an origin, and can then read the data of a user.
    ///
    /// | value | result |
    /// |---|---|
    /// | `http://intranet.example`, with credentials | permitted after this call, otherwise refused: [`InsecureOriginWithCredentials`](crate::server::ConfigErrorKind::InsecureOriginWithCredentials) |
    #[must_use]
    pub fn dangerously_allow_insecure_origins(mut self) -> Self {
        self.draft.config.dangerously_allow_insecure_origins = true;
        self
    }

    /// Permits credentials for the origins `null` and `file://`. Every sandboxed page has the origin `null`, including
    /// an attacker's pages. In some clients, every local document has the origin `file://`, even a downloaded document.
    ///
    /// | value | result |
    /// |---|---|
    /// | `null`, `file://`, with credentials | permitted after this call, otherwise refused: [`NullOriginWithCredentials`](crate::server::ConfigErrorKind::NullOriginWithCredentials) |
    #[must_use]
    pub fn dangerously_allow_null_origin(mut self) -> Self {
        self.draft.config.dangerously_allow_null_origin = true;
        self
    }

    /// Permits credentials for entries that match subdomains of a public suffix. Anyone can register a subdomain of a
    /// public suffix.
    ///
    /// | value | result |
    /// |---|---|
    /// | `https://*.github.io`, `https://app-*.vercel.app`, with credentials | permitted after this call, otherwise refused: [`PublicSuffixWithCredentials`](crate::server::ConfigErrorKind::PublicSuffixWithCredentials) |
    #[must_use]
    pub fn dangerously_allow_subdomains_of_public_suffixes(mut self) -> Self {
        self.draft
            .config
            .dangerously_allow_subdomains_of_public_suffixes = true;
        self
    }

    /// Sets the list of public suffixes. With the feature `psl`, the type `PublicSuffixList` contains the list of
    /// [publicsuffix.org](https://publicsuffix.org).
    ///
    /// | value | result |
    /// |---|---|
    /// | no list (the default) | only top-level domains are public suffixes. With credentials, `https://*.com` is refused ([`PublicSuffixWithCredentials`](crate::server::ConfigErrorKind::PublicSuffixWithCredentials)), but `https://*.co.uk` is permitted |
    /// | a list | with credentials, `https://*.co.uk` is refused too if the list has `co.uk`. Top-level domains are always public suffixes |
    ///
    /// ```
    /// use fetch_cors::server::{CorsPolicy, PublicSuffixes};
    ///
    /// #[derive(Debug)]
    /// struct Ours;
    /// impl PublicSuffixes for Ours {
    ///     fn public_suffix<'domain>(&self, domain: &'domain str) -> Option<&'domain str> {
    ///         domain.ends_with("tenants.example").then_some("tenants.example")
    ///     }
    /// }
    /// let builder = CorsPolicy::builder().credentials(true).origin("https://*.tenants.example");
    /// let errors = builder.public_suffixes(Ours).build().unwrap_err();
    /// assert_eq!(errors.iter().next().unwrap().kind().as_str(), "public-suffix-with-credentials");
    /// ```
    #[must_use]
    pub fn public_suffixes(mut self, public_suffixes: impl PublicSuffixes + 'static) -> Self {
        self.public_suffixes = Arc::new(public_suffixes);
        self
    }

    /// Validates the configuration and returns the policy.
    ///
    /// # Errors
    ///
    /// Returns all errors, in the order of the policy's members.
    pub fn build(self) -> Result<CorsPolicy, ConfigErrors> {
        self.draft.validate(&*self.public_suffixes)
    }

    /// Returns the list to which the builder adds an origin.
    fn listed_origins(&mut self) -> &mut Vec<String> {
        let Draft {
            config, redundant, ..
        } = &mut self.draft;
        listed(&mut config.origins, &mut redundant.origins)
    }
}

/// Sets the list to the wildcard. The entries move to `redundant`, so that validation still reports their errors.
fn allow_any(list: &mut AllowList, redundant: &mut Vec<String>) {
    let entries = mem::replace(list, AllowList::Any);
    redundant.extend_from_slice(entries.entries());
}

/// Returns the list to which a new entry is added: the list `redundant` if `list` is the wildcard, and otherwise the entries of `list`.
const fn listed<'l>(
    list: &'l mut AllowList,
    redundant: &'l mut Vec<String>,
) -> &'l mut Vec<String> {
    match list {
        AllowList::Any => redundant,
        AllowList::Only(entries) => entries,
    }
}

fn strings<S: AsRef<str>>(entries: impl IntoIterator<Item = S>) -> impl Iterator<Item = String> {
    entries.into_iter().map(|entry| entry.as_ref().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test names each member of `PolicyConfig` in a pattern without `..`. A new member is therefore a compile
    /// error until the test names it.
    #[test]
    fn each_member_has_a_method() {
        let PolicyConfig {
            origins,
            credentials,
            methods,
            request_headers,
            expose_headers,
            max_age,
            preflight_status,
            dangerously_allow_any_extension_origin,
            dangerously_allow_insecure_origins,
            dangerously_allow_null_origin,
            dangerously_allow_subdomains_of_public_suffixes,
        } = CorsPolicy::builder()
            .origin("https://a.example")
            .credentials(true)
            .methods(["PUT"])
            .request_headers(["x-a"])
            .expose_headers(["etag"])
            .max_age(600)
            .preflight_status(200)
            .dangerously_allow_any_extension_origin()
            .dangerously_allow_insecure_origins()
            .dangerously_allow_null_origin()
            .dangerously_allow_subdomains_of_public_suffixes()
            .draft
            .config;
        let lists = [&origins, &methods, &expose_headers].map(AllowList::entries);
        assert_eq!(lists, [["https://a.example"], ["PUT"], ["etag"]]);
        assert_eq!(request_headers, ["x-a"]);
        assert_eq!((max_age, preflight_status), (Some(600), 200));
        assert!(credentials && dangerously_allow_any_extension_origin);
        assert!(dangerously_allow_insecure_origins);
        assert!(dangerously_allow_null_origin && dangerously_allow_subdomains_of_public_suffixes);
    }
}
