use alloc::{string::String, vec::Vec};

use crate::server::{ConfigErrors, CorsPolicy, CorsPolicyBuilder};

/// What a policy is built from, as plain data; another implementation can be built from it too.
///
/// ```
/// use fetch_cors::conformance::policies::PolicySpec;
///
/// let mut spec = PolicySpec::of(["https://a.example"]);
/// spec.credentials = true;
/// assert!(spec.build()?.permits("https://a.example", "GET", [""; 0], true));
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicySpec {
    /// The origins that are listed; `None` is any.
    pub origins: Option<Vec<String>>,
    /// A predicate beside the list.
    pub predicate: Option<PredicateSpec>,
    /// Whether requests may have credentials.
    pub credentials: bool,
    /// The methods; `None` is any.
    pub methods: Option<Vec<String>>,
    /// The request headers, `*` for any but `authorization`.
    pub request_headers: Vec<String>,
    /// The headers that are exposed; `None` is all.
    pub expose_headers: Option<Vec<String>>,
    /// Seconds.
    pub max_age: Option<u32>,
    /// The status of an allowed preflight.
    pub preflight_status: u16,
    /// Lets `http:` origins have credentials.
    pub dangerously_allow_insecure_origins: bool,
    /// Lets `null` have credentials.
    pub dangerously_allow_null_origin: bool,
    /// Lets all subdomains of a public suffix have credentials.
    pub dangerously_allow_subdomains_of_public_suffixes: bool,
}

/// A predicate as data: it allows one origin, where a request header has a value.
///
/// ```
/// use fetch_cors::conformance::policies::{PolicySpec, PredicateSpec};
///
/// let mut spec = PolicySpec::of(["https://a.example"]);
/// let (origin, header) = ("https://b.example".into(), "x-tenant".into());
/// spec.predicate = Some(PredicateSpec { origin, header, value: "b".into() });
/// assert!(spec.build().is_ok());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PredicateSpec {
    /// The origin.
    pub origin: String,
    /// The header, in lower case.
    pub header: String,
    /// Its value.
    pub value: String,
}

impl PolicySpec {
    /// One that lists origins and says nothing else.
    pub fn of<S: Into<String>>(origins: impl IntoIterator<Item = S>) -> Self {
        Self {
            origins: Some(origins.into_iter().map(Into::into).collect()),
            predicate: None,
            credentials: false,
            methods: Some(Vec::new()),
            request_headers: Vec::new(),
            expose_headers: Some(Vec::new()),
            max_age: None,
            preflight_status: 204,
            dangerously_allow_insecure_origins: false,
            dangerously_allow_null_origin: false,
            dangerously_allow_subdomains_of_public_suffixes: false,
        }
    }

    /// The origins that are listed, none where any is allowed.
    pub fn listed_origins(&self) -> &[String] {
        self.origins.as_deref().unwrap_or_default()
    }

    /// Whether every response says the same: any origin, or a single one, and no credentials.
    pub fn is_static(&self) -> bool {
        match self.listed_origins() {
            _ if self.credentials => false,
            _ if self.origins.is_none() => true,
            [first, rest @ ..] => {
                self.predicate.is_none()
                    && rest.iter().all(|origin| origin == first)
                    && first != "null"
                    && !first.contains('*')
            }
            [] => false,
        }
    }

    /// The builder of the policy.
    pub fn builder(&self) -> CorsPolicyBuilder {
        let mut builder = CorsPolicy::builder()
            .credentials(self.credentials)
            .request_headers(self.request_headers.iter().cloned())
            .preflight_status(self.preflight_status);
        builder = match &self.origins {
            Some(origins) => builder.origins(origins.iter().cloned()),
            None => builder.any_origin(),
        };
        if let Some(predicate) = self.predicate.clone() {
            let reads = [predicate.header.clone()];
            builder = builder.origin_predicate(reads, move |origin, headers| {
                origin == predicate.origin
                    && headers.get(&predicate.header) == Some(predicate.value.as_bytes())
            });
        }
        builder = match &self.methods {
            Some(methods) => builder.methods(methods.iter().cloned()),
            None => builder.any_method(),
        };
        builder = match &self.expose_headers {
            Some(names) => builder.expose_headers(names.iter().cloned()),
            None => builder.expose_any_header(),
        };
        if let Some(max_age) = self.max_age {
            builder = builder.max_age(max_age);
        }
        if self.dangerously_allow_insecure_origins {
            builder = builder.dangerously_allow_insecure_origins();
        }
        if self.dangerously_allow_null_origin {
            builder = builder.dangerously_allow_null_origin();
        }
        if self.dangerously_allow_subdomains_of_public_suffixes {
            builder = builder.dangerously_allow_subdomains_of_public_suffixes();
        }
        builder
    }

    /// The policy.
    ///
    /// # Errors
    ///
    /// All that is wrong with it.
    pub fn build(&self) -> Result<CorsPolicy, ConfigErrors> {
        self.builder().build()
    }
}
