//! [Referrer policies](https://w3c.github.io/webappsec-referrer-policy/). A referrer policy can change the `Origin`
//! header of a request to `null`.
//!
//! ```
//! use fetch_cors::{browser::HeaderList, infrastructure::referrer_policy::ReferrerPolicy};
//!
//! let headers = HeaderList::from_pairs([("Referrer-Policy", "no-referrer, origin, new-policy")])?;
//! assert_eq!(ReferrerPolicy::from_header_list(&headers), ReferrerPolicy::Origin);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::{
    header_list::HeaderList,
    header_values::{Abnf, extract_header_list_values},
};

/// A [referrer policy](https://w3c.github.io/webappsec-referrer-policy/#referrer-policy).
///
/// ```
/// use fetch_cors::infrastructure::referrer_policy::ReferrerPolicy;
/// assert_eq!(ReferrerPolicy::default(), ReferrerPolicy::Empty);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
// Exhaustive: the standard has nine referrer policies.
pub enum ReferrerPolicy {
    /// The empty string, which means the policy of the page. In this library, the policy of every page is
    /// [`ReferrerPolicy::OF_PAGES`].
    #[default]
    Empty,
    /// `no-referrer`
    NoReferrer,
    /// `no-referrer-when-downgrade`
    NoReferrerWhenDowngrade,
    /// `same-origin`
    SameOrigin,
    /// `origin`
    Origin,
    /// `strict-origin`
    StrictOrigin,
    /// `origin-when-cross-origin`
    OriginWhenCrossOrigin,
    /// `strict-origin-when-cross-origin`
    StrictOriginWhenCrossOrigin,
    /// `unsafe-url`
    UnsafeUrl,
}

impl ReferrerPolicy {
    /// Every referrer policy.
    pub const ALL: [Self; 9] = [
        Self::Empty,
        Self::NoReferrer,
        Self::NoReferrerWhenDowngrade,
        Self::SameOrigin,
        Self::Origin,
        Self::StrictOrigin,
        Self::OriginWhenCrossOrigin,
        Self::StrictOriginWhenCrossOrigin,
        Self::UnsafeUrl,
    ];

    /// The referrer policy of every page in this library, which is the [default referrer
    /// policy](https://w3c.github.io/webappsec-referrer-policy/#default-referrer-policy).
    pub const OF_PAGES: Self = Self::StrictOriginWhenCrossOrigin;

    /// Returns the policy with the given name, or `None` if the name is unknown. The comparison is case-sensitive.
    ///
    /// ```
    /// use fetch_cors::infrastructure::referrer_policy::ReferrerPolicy;
    /// assert_eq!(ReferrerPolicy::parse(b"unsafe-url"), Some(ReferrerPolicy::UnsafeUrl));
    /// assert_eq!(ReferrerPolicy::parse(b"Unsafe-URL"), None);
    /// ```
    pub fn parse(name: &[u8]) -> Option<Self> {
        // definition/referrer-policy: the empty string, or one of eight names
        Self::ALL
            .into_iter()
            .find(|policy| policy.as_str().as_bytes() == name)
    }

    /// Returns the name of the policy in the standard.
    ///
    /// ```
    /// use fetch_cors::infrastructure::referrer_policy::ReferrerPolicy;
    /// assert_eq!(ReferrerPolicy::SameOrigin.as_str(), "same-origin");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "",
            Self::NoReferrer => "no-referrer",
            Self::NoReferrerWhenDowngrade => "no-referrer-when-downgrade",
            Self::SameOrigin => "same-origin",
            Self::Origin => "origin",
            Self::StrictOrigin => "strict-origin",
            Self::OriginWhenCrossOrigin => "origin-when-cross-origin",
            Self::StrictOriginWhenCrossOrigin => "strict-origin-when-cross-origin",
            Self::UnsafeUrl => "unsafe-url",
        }
    }

    /// [Parses a referrer policy](https://w3c.github.io/webappsec-referrer-policy/#parse-referrer-policy-from-header)
    /// from the `Referrer-Policy` headers of a response. If the headers have several known policies, the last known
    /// policy applies.
    ///
    /// If one of these headers does not match the grammar, all these headers are ignored.
    ///
    /// ```
    /// use fetch_cors::{browser::HeaderList, infrastructure::referrer_policy::ReferrerPolicy};
    /// let policy = |value| Ok::<_, Box<dyn std::error::Error>>(
    ///     ReferrerPolicy::from_header_list(&HeaderList::from_pairs([("Referrer-Policy", value)])?)
    /// );
    /// assert_eq!(policy("origin, unknown")?, ReferrerPolicy::Origin);
    /// assert_eq!(policy("origin; unknown")?, ReferrerPolicy::Empty);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_header_list(header_list: &HeaderList) -> Self {
        // parse-a-referrer-policy/1: extract Referrer-Policy
        let policy_tokens = extract_header_list_values(Abnf::ReferrerPolicy, header_list);
        // parse-a-referrer-policy/2: start with the empty string
        let mut policy = Self::Empty;
        // parse-a-referrer-policy/3: for each token that names a policy: take the policy
        //
        // Null and failure have the same effect as an empty list. The grammar does not allow empty tokens.
        for token in policy_tokens.ok().flatten().unwrap_or_default() {
            policy = Self::parse(token).unwrap_or(policy);
        }
        // parse-a-referrer-policy/4: return the policy
        policy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_known_policy_of_all_lines_applies() {
        let policy = |lines: &[&str]| {
            let headers = lines.iter().map(|line| ("referrer-policy", line));
            ReferrerPolicy::from_header_list(&HeaderList::from_pairs(headers).unwrap()).as_str()
        };
        for known in ReferrerPolicy::ALL {
            assert_eq!(policy(&[known.as_str()]), known.as_str());
        }
        for (lines, expected) in [
            (&[][..], ""),
            (&["", ","], ""),
            (&["no-referrer, origin"], "origin"),
            (&["no-referrer", "origin"], "origin"),
            (&["origin", "no-referrer"], "no-referrer"),
            (&["origin, a-new-one", ""], "origin"),
            (&[" ,\torigin\t, "], "origin"),
            (&["Origin"], ""),
            (&["no-referrer, Origin"], "no-referrer"),
            // If one header line does not match the grammar, all lines are ignored.
            (&["no-referrer; origin"], ""),
            (&["no-referrer", "origin2"], ""),
            (&["no referrer"], ""),
            (&["\"origin\""], ""),
        ] {
            assert_eq!(policy(lines), expected, "{lines:?}");
        }
    }
}
