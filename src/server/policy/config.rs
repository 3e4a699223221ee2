//! The configuration of a policy as plain data, and access to each member by its name.

use alloc::{string::String, vec::Vec};
use core::ops::RangeInclusive;

/// The members of a policy. A policy file contains them, and [`CorsPolicyBuilder`](crate::server::CorsPolicyBuilder)
/// collects them. A predicate is not a member, because a file cannot contain a function.
///
/// [`validate`](Self::validate) converts the configuration to a policy.
/// [`CorsPolicy::config`](crate::server::CorsPolicy::config) returns the configuration of a policy.
///
/// ```
/// use fetch_cors::server::{NoPublicSuffixes, PolicyConfig};
///
/// let mut config = PolicyConfig::default();
/// config.origins = ["https://app.example"].into();
/// config.methods = ["PUT"].into();
/// let policy = config.validate(&NoPublicSuffixes)?;
/// assert_eq!(policy.config(), &config);
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PolicyConfig {
    /// The allowed origins. Each entry has the syntax of an [`OriginPattern`](crate::server::OriginPattern).
    pub origins: AllowList,
    /// Whether credentialed requests are allowed.
    pub credentials: bool,
    /// The allowed methods. GET, HEAD and POST are always allowed.
    pub methods: AllowList,
    /// The allowed request headers. The entry `*` allows each header except `authorization`, which needs an entry of its
    /// own.
    pub request_headers: Vec<String>,
    /// The response headers that scripts may read, in addition to the CORS-safelisted names.
    pub expose_headers: AllowList,
    /// The number of seconds for which browsers may cache a preflight.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub max_age: Option<u32>,
    /// The status of the response to an allowed preflight.
    pub preflight_status: u16,
    /// Whether the policy may allow credentials for entries such as `moz-extension://*`, which match all browser
    /// extensions of one scheme.
    pub dangerously_allow_any_extension_origin: bool,
    /// Whether the policy may allow credentials for `http:` origins of machines other than the user's own machine
    /// (`localhost` and loopback addresses).
    pub dangerously_allow_insecure_origins: bool,
    /// Whether the policy may allow credentials for the origins `null` and `file://`.
    pub dangerously_allow_null_origin: bool,
    /// Whether the policy may allow credentials for entries that match subdomains of a public suffix, such as
    /// `https://*.github.io` and `https://app-*.vercel.app`.
    pub dangerously_allow_subdomains_of_public_suffixes: bool,
}

/// The value of a member that takes a list: either a list of entries, or the wildcard for any value.
///
/// ```
/// use fetch_cors::server::AllowList;
///
/// let methods: AllowList = ["PUT", "DELETE"].into();
/// assert_eq!(methods.entries().len(), 2);
/// assert!(AllowList::Any.entries().is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
// Exhaustive: in a policy file, the value is the wildcard or a list.
pub enum AllowList {
    /// Any value. In a policy file, the string `*` in place of a list means `Any`.
    Any,
    /// Only the entries of this list.
    Only(Vec<String>),
}

impl PolicyConfig {
    /// The maximum max-age, which is one day.
    pub const MAX_AGE_LIMIT_SECONDS: u32 = 86_400;
    /// The statuses of a successful preflight.
    pub const PREFLIGHT_STATUSES: RangeInclusive<u16> = 200..=299;
}

/// The default configuration does not allow any origin.
impl Default for PolicyConfig {
    fn default() -> Self {
        Self {
            origins: AllowList::default(),
            credentials: false,
            methods: AllowList::default(),
            request_headers: Vec::new(),
            expose_headers: AllowList::default(),
            max_age: None,
            preflight_status: 204,
            dangerously_allow_any_extension_origin: false,
            dangerously_allow_insecure_origins: false,
            dangerously_allow_null_origin: false,
            dangerously_allow_subdomains_of_public_suffixes: false,
        }
    }
}

impl AllowList {
    /// Whether the list is [`Any`](Self::Any).
    pub const fn is_any(&self) -> bool {
        matches!(self, Self::Any)
    }

    /// Returns the entries. The slice is empty if the list is `Any`.
    pub fn entries(&self) -> &[String] {
        match self {
            Self::Any => &[],
            Self::Only(entries) => entries,
        }
    }

    /// Returns a mutable reference to the entries. If the list is `Any`, the function first replaces `Any` with an
    /// empty list.
    pub fn entries_mut(&mut self) -> &mut Vec<String> {
        loop {
            match self {
                Self::Only(entries) => return entries,
                Self::Any => *self = Self::default(),
            }
        }
    }
}

/// The default list is empty.
impl Default for AllowList {
    fn default() -> Self {
        Self::Only(Vec::new())
    }
}

impl<S: Into<String>> FromIterator<S> for AllowList {
    fn from_iter<I: IntoIterator<Item = S>>(entries: I) -> Self {
        Self::Only(entries.into_iter().map(Into::into).collect())
    }
}

impl<S: Into<String>, const N: usize> From<[S; N]> for AllowList {
    fn from(entries: [S; N]) -> Self {
        entries.into_iter().collect()
    }
}

pub(super) mod members {
    //! The names of the members, and access to each member by its name.

    use alloc::{string::String, vec::Vec};

    use super::{AllowList, PolicyConfig};

    /// A mutable reference to a member, with one variant for each type of member.
    #[derive(Debug)]
    pub(in crate::server::policy) enum Member<'c> {
        List(&'c mut AllowList),
        /// A list that can contain `*` as an entry.
        Names(&'c mut Vec<String>),
        Flag(&'c mut bool),
        MaxAge(&'c mut Option<u32>),
        Status(&'c mut u16),
    }

    impl PolicyConfig {
        /// Returns every member with its name, in the order of the documentation.
        pub(in crate::server::policy) fn members(&mut self) -> [(&'static str, Member<'_>); 11] {
            let Self {
                origins,
                credentials,
                methods,
                request_headers,
                expose_headers,
                max_age,
                preflight_status,
                dangerously_allow_any_extension_origin: any_extension,
                dangerously_allow_insecure_origins: insecure_origins,
                dangerously_allow_null_origin: null_origin,
                dangerously_allow_subdomains_of_public_suffixes: subdomains,
            } = self;
            [
                ("origins", Member::List(origins)),
                ("credentials", Member::Flag(credentials)),
                ("methods", Member::List(methods)),
                ("request_headers", Member::Names(request_headers)),
                ("expose_headers", Member::List(expose_headers)),
                ("max_age", Member::MaxAge(max_age)),
                ("preflight_status", Member::Status(preflight_status)),
                (
                    "dangerously_allow_any_extension_origin",
                    Member::Flag(any_extension),
                ),
                (
                    "dangerously_allow_insecure_origins",
                    Member::Flag(insecure_origins),
                ),
                ("dangerously_allow_null_origin", Member::Flag(null_origin)),
                (
                    "dangerously_allow_subdomains_of_public_suffixes",
                    Member::Flag(subdomains),
                ),
            ]
        }

        /// Returns the names of the members, in the order of [`members`](Self::members).
        pub(in crate::server::policy) fn member_names() -> [&'static str; 11] {
            Self::default().members().map(|(name, _)| name)
        }
    }
}
