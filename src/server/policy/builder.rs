//! A configuration, one call at a time.

use alloc::{string::String, sync::Arc, vec::Vec};
use core::mem;

use super::{
    CorsPolicy,
    arguments::{MaxAge, PreflightStatus},
    config::{AllowList, PolicyConfig},
    error::ConfigErrors,
    predicate::{Allows, DeclaredHeaders},
    validate::{Draft, DraftPredicate},
};
use crate::infrastructure::site::{NoPublicSuffixes, PublicSuffixes};

/// Builds a [`CorsPolicy`]. Nothing is allowed that is not said.
///
/// ```
/// use fetch_cors::{infrastructure::request::CredentialsMode, server::CorsPolicy};
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
        PolicyConfig::default().into()
    }
}

/// Starts from a configuration.
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
    /// Begins a policy that allows nothing yet.
    pub fn builder() -> CorsPolicyBuilder {
        CorsPolicyBuilder::default()
    }
}

impl CorsPolicyBuilder {
    /// Allows every origin, `null` too. Not with credentials.
    #[must_use]
    pub fn any_origin(mut self) -> Self {
        let origins = mem::replace(&mut self.draft.config.origins, AllowList::Any);
        self.draft
            .redundant_origins
            .extend_from_slice(origins.entries());
        self
    }

    /// Allows an origin, or several by a pattern: see [`OriginPattern`](crate::server::origin::pattern::OriginPattern).
    #[must_use]
    pub fn origin(mut self, origin: impl AsRef<str>) -> Self {
        self.listed_origins().push(origin.as_ref().into());
        self
    }

    /// Allows several.
    #[must_use]
    pub fn origins<S: AsRef<str>>(mut self, origins: impl IntoIterator<Item = S>) -> Self {
        self.listed_origins().extend(strings(origins));
        self
    }

    /// Allows a list as it stands in an environment variable: split at commas, white space and empty
    /// elements do not count. `null` is refused here; see [`null_origin`](Self::null_origin).
    ///
    /// ```
    /// use fetch_cors::{infrastructure::request::CredentialsMode, server::CorsPolicy};
    /// let policy = CorsPolicy::builder().origins_from_list("https://a.example, https://b.example,").build()?;
    /// assert!(policy.permits("https://b.example", "GET", &[], CredentialsMode::SameOrigin));
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    #[must_use]
    pub fn origins_from_list(mut self, list: &str) -> Self {
        let elements = list
            .split(',')
            .map(str::trim)
            .filter(|element| !element.is_empty());
        for element in elements {
            if element == "null" {
                let index = self.listed_origins().len();
                self.draft.refused_nulls.push(index);
            }
            self.listed_origins().push(element.into());
        }
        self
    }

    /// Allows the origin `null`: sandboxed frames, local files, redirects, and so anybody.
    #[must_use]
    pub fn null_origin(self) -> Self {
        self.origin("null")
    }

    /// Allows what `allows` says, beside the origins that are listed. It is given the serialized
    /// origin and a look-up for the request headers that `reads` names, which go into `Vary` (but on
    /// OPTIONS, whose responses no cache keeps); a name that is none is an error of [`build`](Self::build),
    /// in the member `origin_predicate`. It is not asked about an `http:` or `https:` origin of more than
    /// 268 bytes: the host would be longer than any is.
    ///
    /// A preflight has none of the headers that script sets: read what browsers send on their own, or
    /// what a gateway adds.
    ///
    /// ```
    /// use fetch_cors::server::CorsPolicy;
    /// let policy = CorsPolicy::builder()
    ///     .origin_predicate(&["x-forwarded-host"], |origin, headers| {
    ///         origin == "https://a.example" && headers.get("x-forwarded-host") == Some(b"api.a.example")
    ///     })
    ///     .build()?;
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    #[must_use]
    pub fn origin_predicate(
        mut self,
        reads: &[&str],
        allows: impl Fn(&str, &DeclaredHeaders<'_>) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.draft.predicate = Some(DraftPredicate {
            reads: strings(reads).collect(),
            allows: Allows(Arc::new(allows)),
        });
        self
    }

    /// Whether requests may have credentials. Default: no.
    #[must_use]
    pub fn credentials(mut self, credentials: bool) -> Self {
        self.draft.config.credentials = credentials;
        self
    }

    /// Allows methods beside GET, HEAD and POST, which need no permission: strings, or [`Method`](http::Method)s.
    #[must_use]
    pub fn methods<S: AsRef<str>>(mut self, methods: impl IntoIterator<Item = S>) -> Self {
        let listed = self.draft.config.methods.entries_mut();
        listed.extend(strings(methods));
        self
    }

    /// Allows every method.
    #[must_use]
    pub fn any_method(mut self) -> Self {
        self.draft.config.methods = AllowList::Any;
        self
    }

    /// Allows request headers, by strings or [`HeaderName`](http::HeaderName)s; `*` is all but `authorization`, which
    /// has to be named.
    #[must_use]
    pub fn request_headers<S: AsRef<str>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.draft.config.request_headers.extend(strings(names));
        self
    }

    /// Allows every request header but `authorization`.
    #[must_use]
    pub fn any_request_header(self) -> Self {
        self.request_headers(["*"])
    }

    /// Exposes response headers to script, beside those that always are.
    #[must_use]
    pub fn expose_headers<S: AsRef<str>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        let listed = self.draft.config.expose_headers.entries_mut();
        listed.extend(strings(names));
        self
    }

    /// Exposes every response header. Not with credentials.
    #[must_use]
    pub fn expose_any_header(mut self) -> Self {
        self.draft.config.expose_headers = AllowList::Any;
        self
    }

    /// For how long browsers may cache a preflight: seconds or a duration, up to a day.
    #[must_use]
    pub fn max_age(mut self, max_age: impl MaxAge) -> Self {
        self.draft.config.max_age = Some(max_age.seconds());
        self
    }

    /// The status of the response to an allowed preflight, from 200 to 299. Default: 204.
    #[must_use]
    pub fn preflight_status(mut self, status: impl PreflightStatus) -> Self {
        self.draft.config.preflight_status = status.number();
        self
    }

    /// Lets `http:` origins that are not this machine have credentials: whoever is on the network
    /// between can be them.
    #[must_use]
    pub fn dangerously_allow_insecure_origins(mut self) -> Self {
        self.draft.config.dangerously_allow_insecure_origins = true;
        self
    }

    /// Lets the origin `null` have credentials: anybody can be it.
    #[must_use]
    pub fn dangerously_allow_null_origin(mut self) -> Self {
        self.draft.config.dangerously_allow_null_origin = true;
        self
    }

    /// Lets all subdomains of a public suffix have credentials: anybody can register one.
    #[must_use]
    pub fn dangerously_allow_subdomains_of_public_suffixes(mut self) -> Self {
        self.draft
            .config
            .dangerously_allow_subdomains_of_public_suffixes = true;
        self
    }

    /// The list that tells what a public suffix is. Without one, only top-level names are known to be:
    /// `https://*.com` is an error with credentials, but `https://*.co.uk` is none. The feature `psl` has
    /// [the well-known list](https://publicsuffix.org), as `PublicSuffixList`.
    ///
    /// ```
    /// use fetch_cors::{infrastructure::site::PublicSuffixes, server::CorsPolicy};
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

    /// The policy.
    ///
    /// # Errors
    ///
    /// All that is wrong, in the order of the members.
    pub fn build(self) -> Result<CorsPolicy, ConfigErrors> {
        self.draft.validate(&*self.public_suffixes)
    }

    /// The list of origins, to be added to.
    fn listed_origins(&mut self) -> &mut Vec<String> {
        match &mut self.draft.config.origins {
            AllowList::Any => &mut self.draft.redundant_origins,
            AllowList::Only(entries) => entries,
        }
    }
}

fn strings<S: AsRef<str>>(entries: impl IntoIterator<Item = S>) -> impl Iterator<Item = String> {
    entries.into_iter().map(|entry| entry.as_ref().into())
}
