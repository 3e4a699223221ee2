//! The warnings about a suggested policy, for the person who checks the policy.

use alloc::{collections::BTreeSet, string::String, vec::Vec};
use core::fmt;

use crate::{
    explain::{local_host::is_local_host, look_alike::looks_like},
    infrastructure::{
        origin::{Origin, TupleOrigin},
        site::Site,
        this_machine::is_this_machine,
    },
    server::{PolicyConfig, PublicSuffixes},
    wording,
};

/// A warning about a suggested policy, for the person who checks the policy.
///
/// ```
/// use fetch_cors::{explain::input::Recording, recorded::suggest_policies, server::NoPublicSuffixes};
///
/// let recording = Recording::from_slice(br#"{"log": {"entries": [{
///     "request": {"method": "GET", "url": "https://api.example/", "headers": [
///         {"name": "Origin", "value": "http://localhost:3000"}, {"name": "Cookie", "value": "a=b"}]},
///     "response": {"status": 200, "headers": []}
/// }]}}"#)?;
/// let suggestions = suggest_policies(&recording.fetches(), &NoPublicSuffixes, |_| true);
/// let warning = &suggestions.policies[0].warnings[0];
/// assert_eq!(warning.kind.as_str(), "development-origin");
/// assert!(warning.to_string().starts_with("`http://localhost:3000`: "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct PolicyWarning {
    /// The kind of the warning.
    pub kind: PolicyWarningKind,
    /// The values that cause the warning. The values are from the policy or from the recording.
    pub values: Vec<String>,
}

/// The kinds of warnings, the most dangerous kind first.
///
/// ```
/// use fetch_cors::recorded::PolicyWarningKind;
/// assert_eq!(PolicyWarningKind::LookAlikeOrigin.as_str(), "look-alike-origin");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PolicyWarningKind {
    /// The origin `null` is allowed, with credentials.
    NullOriginWithCredentials,
    /// The origin `null` is allowed, without credentials.
    NullOrigin,
    /// The origin of a request is `null`, because another server redirected the request to this server.
    RedirectedOrigin,
    /// The origin `file://` is allowed.
    FileOrigin,
    /// An `http:` origin is allowed, and its host is not the user's own machine. Without credentials, hosts of private
    /// networks have no warning of this kind.
    InsecureOrigin,
    /// An origin of the policy looks like another origin of the policy or like the server's own origin, but belongs to a
    /// different site.
    LookAlikeOrigin,
    /// The policy allows credentials for every origin, but the recording does not show credentials from these origins.
    UnneededCredentials,
    /// Origins of several sites are allowed.
    UnrelatedOrigins,
    /// The origin of a browser extension is allowed.
    ExtensionOrigin,
    /// An origin of the user's own machine or of a private network is allowed.
    DevelopmentOrigin,
    /// The page sends a method with a lower-case letter. The policy lists the method in upper case.
    LowerCaseMethod,
    /// The page sends a header that belongs on responses, such as `X-Frame-Options`.
    ResponseHeaderOnRequest,
    /// The policy does not allow credentials, and the recording does not show whether requests have credentials. The
    /// recorded server blocks a fetch if it has credentials, and allows the fetch if it has none.
    BlockedWithCredentials,
    /// The policy does not allow credentials, and the recording does not show whether requests have credentials.
    UnknownCredentials,
    /// The server in the recording exposes every header.
    ExposesAnyHeader,
}

impl PolicyWarningKind {
    /// All kinds, the most dangerous kind first.
    ///
    /// ```
    /// use fetch_cors::recorded::PolicyWarningKind;
    /// assert_eq!(PolicyWarningKind::ALL[0], PolicyWarningKind::NullOriginWithCredentials);
    /// ```
    pub const ALL: &'static [Self] = &[
        Self::NullOriginWithCredentials,
        Self::NullOrigin,
        Self::RedirectedOrigin,
        Self::FileOrigin,
        Self::InsecureOrigin,
        Self::LookAlikeOrigin,
        Self::UnneededCredentials,
        Self::UnrelatedOrigins,
        Self::ExtensionOrigin,
        Self::DevelopmentOrigin,
        Self::LowerCaseMethod,
        Self::ResponseHeaderOnRequest,
        Self::BlockedWithCredentials,
        Self::UnknownCredentials,
        Self::ExposesAnyHeader,
    ];

    /// Returns the name, in kebab-case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NullOriginWithCredentials => "null-origin-with-credentials",
            Self::NullOrigin => "null-origin",
            Self::RedirectedOrigin => "redirected-origin",
            Self::FileOrigin => "file-origin",
            Self::InsecureOrigin => "insecure-origin",
            Self::LookAlikeOrigin => "look-alike-origin",
            Self::UnneededCredentials => "unneeded-credentials",
            Self::UnrelatedOrigins => "unrelated-origins",
            Self::ExtensionOrigin => "extension-origin",
            Self::DevelopmentOrigin => "development-origin",
            Self::LowerCaseMethod => "lower-case-method",
            Self::ResponseHeaderOnRequest => "response-header-on-request",
            Self::BlockedWithCredentials => "blocked-with-credentials",
            Self::UnknownCredentials => "unknown-credentials",
            Self::ExposesAnyHeader => "exposes-any-header",
        }
    }

    /// Returns the reason for the warning, and the action to take.
    pub const fn message(self) -> &'static str {
        match self {
            Self::NullOriginWithCredentials => {
                concat!(
                    wording::sandboxed_pages_are_null!(),
                    ", so any site can read the responses with the cookies of the user: remove `null`, and ",
                    wording::serve_from_own_origin!()
                )
            }
            Self::NullOrigin => {
                concat!(
                    wording::sandboxed_pages_are_null!(),
                    ": remove `null`, and ",
                    wording::serve_from_own_origin!()
                )
            }
            Self::RedirectedOrigin => {
                "a redirect from another server leads to this URL, so the browser sends the origin `null`, which any page can have: let the page fetch this URL directly"
            }
            Self::FileOrigin => {
                "any local document can have this origin: remove the origin, or keep it if your own app sends it"
            }
            Self::InsecureOrigin => {
                "an attacker on the network can serve a page of an `http:` origin, and then reads what the policy allows this origin to read: serve the page over `https:`"
            }
            Self::LookAlikeOrigin => {
                "the first origin looks like the second, but belongs to another site: list the first only if it is yours"
            }
            Self::UnneededCredentials => {
                "the recording does not show credentials from these origins, but a policy allows credentials for all its origins: if these pages do not need credentials, remove the origins, and give these pages a URL with a policy of its own"
            }
            Self::UnrelatedOrigins => {
                "these origins belong to different sites: list only origins that you control"
            }
            Self::ExtensionOrigin => {
                "this is the origin of a browser extension, which may be installed only in the recorded browser: list the origin only if the extension is yours"
            }
            Self::DevelopmentOrigin => {
                concat!(
                    "this ",
                    wording::is_development_origin!(),
                    ": remove it from a policy for production"
                )
            }
            Self::LowerCaseMethod => {
                concat!(
                    wording::methods_are_case_sensitive!(),
                    ", and ",
                    wording::only_some_become_upper_case!(),
                    ", so the page probably sends this method by mistake: write it in upper case in the page, because the policy lists only the upper-case name"
                )
            }
            Self::ResponseHeaderOnRequest => {
                "this header belongs on responses, so the page probably sends it by mistake: remove it from the request of the page; until then, the policy denies the preflight if it does not list this header"
            }
            Self::BlockedWithCredentials => {
                "the recorded server blocks this fetch only if it has credentials, and the recording does not show whether it has: if the browser blocked the fetch, set `credentials` to `true`, the only difference between the policies of both cases"
            }
            Self::UnknownCredentials => {
                "the policy does not allow credentials, but the recording does not show whether requests have credentials, because tools remove cookies: set `credentials` if the page fetches with `credentials: \"include\"`"
            }
            Self::ExposesAnyHeader => {
                "the server of the recording exposes every header with `*`, and the recording does not show which headers the page reads: list these headers in `expose_headers`"
            }
        }
    }
}

/// The maximum number of values in the text of a warning.
const MAX_VALUES: usize = 12;

impl fmt::Display for PolicyWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, value) in self.values.iter().take(MAX_VALUES).enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}`{value}`")?;
        }
        match self.values.len().saturating_sub(MAX_VALUES) {
            0 => {}
            rest => write!(f, " and {rest} more")?,
        }
        let separator = if self.values.is_empty() { "" } else { ": " };
        write!(f, "{separator}{}", self.kind.message())
    }
}

/// Returns the warnings of a suggested policy, the most dangerous warning first. Each pair in `found` is the kind and
/// the value of a warning about the recording. The value can be empty.
pub(super) fn warnings(
    config: &PolicyConfig,
    server: &str,
    found: &BTreeSet<(PolicyWarningKind, String)>,
    public_suffixes: &dyn PublicSuffixes,
) -> Vec<PolicyWarning> {
    use PolicyWarningKind as Kind;

    let mut warnings = BTreeSet::new();
    let mut warn = |kind, values: &[&str]| {
        let values = values.iter().copied().filter(|value| !value.is_empty());
        let values = values.map(String::from).collect();
        warnings.insert(PolicyWarning { kind, values });
    };
    let has_redirect = found
        .iter()
        .any(|(kind, _)| *kind == Kind::RedirectedOrigin);
    let is_about_credentials = |kind: Kind| {
        matches!(
            kind,
            Kind::BlockedWithCredentials | Kind::UnknownCredentials
        )
    };
    let found = found
        .iter()
        .filter(|(kind, _)| !(config.credentials && is_about_credentials(*kind)));
    let (joined, others): (Vec<_>, Vec<_>) = found.partition(|(kind, _)| {
        matches!(
            kind,
            Kind::BlockedWithCredentials | Kind::UnneededCredentials
        )
    });
    for (kind, value) in others {
        warn(*kind, &[value]);
    }
    // All fetches of such a kind have one warning, because they have one fix.
    for kind in [Kind::BlockedWithCredentials, Kind::UnneededCredentials] {
        let of_kind = joined.iter().filter(|(found, _)| *found == kind);
        let values: Vec<&str> = of_kind.map(|(_, value)| &**value).collect();
        if !values.is_empty() {
            warn(kind, &values);
        }
    }
    let mut pages = Vec::new();
    for origin in config.origins.entries() {
        match Page::new(origin, public_suffixes) {
            _ if origin == "null" && config.credentials => {
                warn(Kind::NullOriginWithCredentials, &[origin]);
            }
            _ if origin == "null" && has_redirect => {}
            _ if origin == "null" => warn(Kind::NullOrigin, &[origin]),
            _ if origin.starts_with("file:") => warn(Kind::FileOrigin, &[origin]),
            Some(page) if page.is_of_extension() => warn(Kind::ExtensionOrigin, &[origin]),
            Some(page) => {
                let is_at_risk = if config.credentials {
                    !page.is_of_this_machine()
                } else {
                    !page.is_local()
                };
                if page.scheme == "http" && is_at_risk {
                    warn(Kind::InsecureOrigin, &[origin]);
                }
                pages.push(page);
            }
            None => {}
        }
    }
    let public: Vec<&Page> = pages.iter().filter(|page| !page.is_local()).collect();
    let sites: BTreeSet<&str> = public.iter().map(|page| &*page.domain).collect();
    if sites.len() > 1 {
        let origins: Vec<&str> = public.iter().map(|page| &*page.origin).collect();
        warn(Kind::UnrelatedOrigins, &origins);
    }
    let server = Page::new(server, public_suffixes);
    for page in &pages {
        let others = pages.iter().take(MAX_COMPARED_PAGES).chain(&server);
        let mut others = others
            .filter(|other| !other.is_local())
            .filter(|other| looks_like(&page.host, &page.domain, &other.domain))
            // If two origins look like each other, only one of them gets a warning.
            .filter(|other| {
                let is_mutual = looks_like(&other.host, &other.domain, &page.domain);
                !is_mutual || page.origin < other.origin || !pages.contains(other)
            });
        if let Some(other) = others.next() {
            warn(Kind::LookAlikeOrigin, &[&page.origin, &other.origin]);
        } else if page.is_local() {
            warn(Kind::DevelopmentOrigin, &[&page.origin]);
        }
    }
    warnings.into_iter().collect()
}

/// The number of pages with which each page is compared. So the work grows linearly with the number of pages.
const MAX_COMPARED_PAGES: usize = 500;

/// The parts of the origin of an allowed page, or of the server's own origin.
#[derive(Debug, PartialEq, Eq)]
struct Page {
    origin: String,
    scheme: String,
    host: String,
    /// The registrable domain, or the host if the host does not have a registrable domain.
    domain: String,
}

impl Page {
    fn new(origin: &str, public_suffixes: &dyn PublicSuffixes) -> Option<Self> {
        let tuple = TupleOrigin::parse(origin).ok()?;
        let (scheme, host) = (tuple.scheme().into(), tuple.host().into());
        match Site::from_origin(&Origin::Tuple(tuple), public_suffixes) {
            Site::SchemeAndHost(_, domain) => Some(Self {
                origin: origin.into(),
                scheme,
                host,
                domain,
            }),
            Site::Opaque(_) => None,
        }
    }

    fn is_of_extension(&self) -> bool {
        self.scheme.ends_with("-extension")
    }

    fn is_of_this_machine(&self) -> bool {
        is_this_machine(&self.host)
    }

    /// Returns true if the host is the user's own machine, or is in a private network.
    fn is_local(&self) -> bool {
        is_local_host(&self.host)
    }
}
