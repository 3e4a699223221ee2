//! The wrong comparisons of an origin with an entry of the policy's list, as rules. A rule decides from the text of an
//! origin whether a server with this mistake allows the origin.

mod hosts;
mod listed;

pub(super) use self::{
    hosts::{
        begins_with_address, is_address, is_local_host, is_loopback, is_private_address,
        is_web_scheme,
    },
    listed::{Listed, difference::Difference, similarity::combines_parts},
};

use crate::{conformance::harness::report::cause::Cause, infrastructure::origin::TupleOrigin};

/// A wrong comparison. If two rules explain the same answers, the rule that comes first is the better explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rule {
    /// The server ignores the port.
    Port,
    /// The server ignores the scheme.
    Scheme,
    /// The server compares only the host.
    Host,
    /// The server accepts one label before a listed host, or before a parent domain of this host. The number is the
    /// number of labels before the parent domain in the listed host; 0 is the listed host itself.
    OneLabel(usize),
    /// The server accepts subdomains of a listed host.
    Subdomains,
    /// The server accepts the domain of an entry such as `https://*.example`.
    BareDomain,
    /// An unescaped dot of a regular expression matches any character.
    Dots,
    /// The server accepts a hyphen in place of a dot.
    HyphenForDot,
    /// The `*` of an entry such as `https://app-*.example` matches dots.
    WildcardDots,
    /// The server ignores the hyphen beside the `*` of an entry such as `https://app-*.example`.
    Hyphen,
    /// The server accepts a longer first label: `evilapp.example`, but not `evil.app.example`.
    LongerLabel,
    /// The server compares the end of the host with the listed host.
    Suffix,
    /// One unescaped dot of a regular expression matches any character. The number is the number of dots before this
    /// dot in the fixed text of the host.
    Dot(usize),
    /// The server accepts a hyphen in place of one dot. For the number, see [`Dot`](Self::Dot).
    HyphenForOneDot(usize),
    /// The server searches the whole origin for the fixed end of an entry: for `.example`, if the entry is
    /// `https://*.example`.
    ContainedEnd,
    /// The server compares the beginning of the host with the listed host and a dot.
    PrefixWithDot,
    /// The server compares the beginning of the origin with a listed origin that has a port: `https://app.example:8443`
    /// begins with `https://app.example:844`.
    PagePrefix,
    /// The server compares the beginning of the host with the listed host.
    Prefix,
    /// The server accepts any text between the first label and the other labels of the listed host. If the value is true,
    /// the dot before the other labels is fixed.
    BeginningAndEnd(bool),
    /// The server accepts another last label.
    OtherEnd,
    /// The server searches for the listed host between other characters than letters, digits and `_`. The `\b` of a regular
    /// expression has this effect.
    ContainedWord,
    /// The server searches for the listed host.
    Contained,
    /// The server accepts subdomains of a parent domain. The number is the number of labels before the parent domain in
    /// the listed host.
    ParentSubdomains(usize),
    /// The server compares the end of the host with a parent domain. For the number, see
    /// [`ParentSubdomains`](Self::ParentSubdomains).
    ParentSuffix(usize),
    /// The server searches for a parent domain. For the number, see [`ParentSubdomains`](Self::ParentSubdomains).
    ParentContained(usize),
    /// The server accepts one label before the last label of the listed host.
    OneLabelBeforeEnd,
    /// The server compares the end of the host with a dot and the last label of the listed host.
    LastLabel,
    /// The server compares the end of the host with the last label of the listed host, without the dot.
    LastLabelSuffix,
    /// The server compares only the first label of the host.
    FirstLabel,
    /// The server accepts each host that has the first label of the listed host as one of its labels.
    AnyLabel,
    /// The server compares only the second label of the host.
    SecondLabel,
    /// The server compares the beginning of the host with the first label of the listed host, or with the text before
    /// the `*` of an entry such as `https://app-*.example`.
    FirstLabelPrefix,
    /// The server searches for the first label of the listed host.
    FirstLabelContained,
    /// The server compares only the scheme of the origin of an app.
    AppScheme,
    /// The server treats a special character after the listed host as the end of the host.
    SpecialCharacter,
    /// The server ignores dots at the end of the host.
    TrailingDot,
    /// The server searches for the origin in the text of its list, so it accepts the beginning of a listed origin.
    SearchedList,
    /// The server accepts private addresses, and addresses of the user's own machine, with any port.
    PrivateAddresses,
}

impl Rule {
    pub(super) const fn cause(self) -> Cause {
        match self {
            Self::Port => Cause::IgnoresPort,
            Self::Scheme => Cause::IgnoresScheme,
            Self::Host => Cause::ComparesHost,
            Self::Subdomains | Self::OneLabel(0) => Cause::AllowsSubdomains,
            Self::BareDomain => Cause::AllowsBareDomain,
            Self::Dots | Self::Dot(_) | Self::HyphenForDot | Self::HyphenForOneDot(_) => {
                Cause::UnescapedDot
            }
            Self::WildcardDots => Cause::WildcardMatchesDots,
            Self::Hyphen => Cause::DropsHyphenOfPattern,
            Self::LongerLabel
            | Self::Suffix
            | Self::OneLabel(_)
            | Self::ParentSubdomains(_)
            | Self::ParentSuffix(_)
            | Self::OneLabelBeforeEnd
            | Self::LastLabel
            | Self::LastLabelSuffix => Cause::ComparesSuffix,
            Self::PrefixWithDot
            | Self::PagePrefix
            | Self::Prefix
            | Self::OtherEnd
            | Self::FirstLabel
            | Self::FirstLabelPrefix => Cause::ComparesPrefix,
            Self::BeginningAndEnd(_) => Cause::ComparesBeginningAndEnd,
            Self::Contained
            | Self::ContainedWord
            | Self::ContainedEnd
            | Self::AnyLabel
            | Self::SecondLabel
            | Self::ParentContained(_)
            | Self::FirstLabelContained => Cause::ContainsListedHost,
            Self::AppScheme => Cause::AllowsApps,
            Self::SpecialCharacter => Cause::SpecialCharacter,
            Self::TrailingDot => Cause::IgnoresTrailingDot,
            Self::SearchedList => Cause::SearchesList,
            Self::PrivateAddresses => Cause::AllowsLocalhost,
        }
    }

    /// Whether the rule compares the end of the origin with the whole host of an entry, and not with a part of this host.
    pub(super) const fn compares_end_of_entry(self) -> bool {
        matches!(self, Self::LongerLabel | Self::Suffix)
    }

    /// Returns the number of accepted origins that show the rule. A server can list one shorter origin, such as
    /// `https://a.example.co` and also `https://a.example.com`, so one beginning of a listed origin is not enough. A server can
    /// also list the same name with another top-level domain.
    pub(super) const fn min_accepted(self) -> usize {
        match self {
            Self::SearchedList
            | Self::OtherEnd
            | Self::BeginningAndEnd(_)
            | Self::ContainedWord => 2,
            _ => 1,
        }
    }

    /// Whether a server with this rule can refuse some of the origins that the rule accepts. For example, a server can
    /// treat only some characters as special, or accept only some other schemes or some private networks.
    pub(super) const fn allows_refusals(self) -> bool {
        matches!(
            self,
            Self::SpecialCharacter | Self::Scheme | Self::PrivateAddresses
        )
    }
}

/// The text of an `Origin`, with its parts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given<'o> {
    text: &'o str,
    /// The scheme, the host, and the port with its colon; `None` if the text has no `://`. If the text is not an origin,
    /// the last part has any text after the host, such as `:443` or `/path`.
    parts: Option<(&'o str, &'o str, &'o str)>,
    is_origin: bool,
}

impl<'o> Given<'o> {
    pub(super) fn new(text: &'o str, parsed: Option<&'o TupleOrigin>) -> Self {
        let of_text = || {
            let (scheme, rest) = text.split_once("://")?;
            let end = rest.find([':', '/', '?', '#']).unwrap_or(rest.len());
            let (host, end) = rest.split_at_checked(end)?;
            Some((scheme, host, end))
        };
        let parts = parsed.map(|parsed| {
            let (scheme, host) = (parsed.scheme(), parsed.host());
            let start = scheme.len() + "://".len() + host.len();
            let port = parsed.serialize().get(start..).unwrap_or_default();
            (scheme, host, port)
        });
        Self {
            text,
            parts: parts.or_else(of_text),
            is_origin: parsed.is_some(),
        }
    }

    /// Returns the host, also if the text is not an origin but has a host. Returns `None` if the text has no `://`.
    pub(super) fn host(self) -> Option<&'o str> {
        self.parts.map(|(_, host, _)| host)
    }

    /// Returns the text after `://`.
    fn rest(self) -> &'o str {
        let split = self.text.split_once("://");
        split.map_or(self.text, |(_, rest)| rest)
    }
}
