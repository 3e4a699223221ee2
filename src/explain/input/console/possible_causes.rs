//! The usual causes of a message, without the causes that the values of the message exclude.

use alloc::{string::String, vec::Vec};

use ::url::{Host, Url};

use super::{Browser, ConsoleMessage, advice::bytes_of, causes, topics};
use crate::{
    Failure,
    engine::Quirk,
    explain::{
        near_miss::{
            meant_words::is_meant_as_wildcard,
            origin::{Compared, near_misses_of},
        },
        refusal::NearMissKind as Kind,
        scheme::host_as_scheme,
    },
    infrastructure::{origin::Origin, trustworthiness::is_potentially_trustworthy_url},
};

impl ConsoleMessage {
    /// Returns the usual causes, the most frequent first. If the message shows the status of the response, the causes
    /// that lead to this status come first, and the causes of other statuses are left out. The other values of the
    /// message, such as the name of a header, can exclude more causes. The list is empty if the message
    /// [contradicts itself](Self::contradiction).
    pub fn causes(&self) -> Vec<String> {
        if self.contradiction().is_some() {
            return Vec::new();
        }
        if self.login_page().is_some() {
            return topics::CAUSES_OF_LOGIN.map(String::from).into();
        }
        let fits = |cause: &&str| causes::leads_to(cause, self.status?);
        let possible = self.topic.causes.iter();
        let possible = possible.filter(|cause| self.is_possible(cause));
        let (first, others): (Vec<&str>, Vec<&str>) =
            possible.partition(|cause| fits(cause) == Some(true));
        let others = others.into_iter().filter(|cause| fits(cause).is_none());
        let causes: Vec<&str> = first.into_iter().chain(others).collect();
        let causes = if causes.is_empty() {
            self.topic.causes
        } else {
            &causes
        };
        let has_origin = self.origin.is_some();
        let redirect = self
            .is_redirected_to_other_form()
            .then(|| String::from(topics::REDIRECT_TO_OTHER_FORM));
        let causes = causes.iter().map(|cause| match *cause {
            topics::ORIGIN_NOT_ALLOWED_BY_POLICY if !has_origin => {
                String::from(topics::PAGE_NOT_ALLOWED_BY_POLICY)
            }
            causes::OTHER_ALLOWED_ORIGIN if self.has_other_form_of_origin() => {
                String::from(causes::ORIGIN_FROM_OTHER_PLACE)
            }
            topics::CREDENTIALS_OF_CALL if self.is_of_element() => {
                String::from(topics::CREDENTIALS_OF_ELEMENT)
            }
            causes::ERROR_WITHOUT_MIDDLEWARE if self.status.is_some() => {
                self.filled(causes::STATUS_WITHOUT_MIDDLEWARE)
            }
            cause => self.filled(cause),
        });
        redirect.into_iter().chain(causes).collect()
    }

    /// Returns false if a value of the message excludes the cause. A value that the message does not have excludes
    /// nothing.
    fn is_possible(&self, cause: &str) -> bool {
        match cause {
            causes::PAGE_IS_NULL => self.has_null_origin(),
            causes::OTHER_ALLOWED_ORIGIN | causes::CACHED_FOR_OTHER_PAGE | causes::FIXED_ORIGIN
                if self.has_null_origin() =>
            {
                false
            }
            causes::SET_TWICE
            | causes::SEVERAL_ORIGINS
            | causes::EMPTY_VALUE
            | causes::PLACEHOLDER
            | causes::WORD_FOR_EVERY_ORIGIN
            | causes::PATTERN
            | causes::NO_SCHEME
            | causes::PATH
            | causes::CREDENTIALS_NOT_ALLOWED
            | causes::OTHER_THAN_TRUE
            | causes::CACHED_FOR_OTHER_PAGE
            | causes::FIXED_ORIGIN => self
                .value
                .as_deref()
                .is_none_or(|value| leads_to_value(cause, value)),
            causes::NO_CREDENTIALS_ON_PREFLIGHT | causes::NO_CREDENTIALS_ON_RESPONSE => {
                let is_preflight = self.is_preflight();
                // The request of an element has no preflight.
                !self.is_of_element()
                    && self.value.as_deref().is_none_or(str::is_empty)
                    && is_preflight.is_none_or(|is_preflight| {
                        is_preflight == (cause == causes::NO_CREDENTIALS_ON_PREFLIGHT)
                    })
            }
            causes::HEADER_ON_REQUEST
            | causes::CALL_WITH_SAME_ORIGIN_MODE
            | causes::CREDENTIALS_OF_LIBRARY => !self.is_of_element(),
            causes::WORKER_OF_OTHER_ORIGIN => self.resource_kind.is_none() || self.is_of_element(),
            causes::PAGE_OF_FILE | causes::HOST_AS_SCHEME | causes::OTHER_SCHEME => {
                self.is_reason_for_scheme(cause)
            }
            causes::HTTP_TO_HTTPS | causes::HTTP_TO_PORT_OF_HTTPS => self.can_have_scheme("http"),
            causes::TO_SLASH => self.can_have_path(|path| !path.ends_with('/')),
            causes::TO_SLASH_WITHOUT_HEADERS => {
                self.can_be_redirect() && self.can_have_path(|path| !path.ends_with('/'))
            }
            causes::HTTP_TO_HTTPS_WITHOUT_HEADERS => {
                self.can_be_redirect() && self.can_have_scheme("http")
            }
            causes::FROM_SLASH => self.can_have_path(|path| path.ends_with('/') && path != "/"),
            causes::UNTRUSTED_CERTIFICATE => self.can_have_scheme("https"),
            causes::PAGE_ON_HTTP => page_can_have_scheme(self.origin.as_deref(), "http"),
            causes::MIXED_CONTENT | causes::MIXED_CONTENT_LINE => {
                self.can_have_scheme("http")
                    && self.can_be_mixed_content()
                    && page_can_have_scheme(self.origin.as_deref(), "https")
            }
            causes::WRONG_HOST => self.can_have_host(|host| !is_local_host(host)),
            causes::LOCALHOST_ADDRESS => {
                self.can_have_host(|host| *host == Host::Domain("localhost"))
            }
            causes::LOCAL_URL_IN_CODE => self.can_have_host(is_local_host),
            causes::INVALID_URL_IN_SAFARI => self
                .browser
                .is_none_or(|browser| browser == Browser::Safari),
            // Without a status, the list has only the most frequent causes.
            causes::DENIED | causes::TOO_LONG | causes::LIMITED | causes::OTHER_STATUS => {
                self.status.is_some()
            }
            causes::INVALID_METHOD => self.failures.contains(&Failure::InvalidMethod),
            causes::FORBIDDEN_METHOD => self.failures.contains(&Failure::ForbiddenMethod),
            _ => true,
        }
    }

    fn is_reason_for_scheme(&self, cause: &str) -> bool {
        self.url.as_deref().is_none_or(|url| {
            let reason = if url.starts_with("file:") {
                causes::PAGE_OF_FILE
            } else if host_as_scheme(url, "").is_some() {
                causes::HOST_AS_SCHEME
            } else {
                causes::OTHER_SCHEME
            };
            cause == reason
        })
    }

    /// Whether the explanation already names the difference between the value and the origin of the page.
    fn has_other_form_of_origin(&self) -> bool {
        let misses = self.near_misses();
        !misses.is_empty() && misses.iter().all(|miss| miss.kind != Kind::OtherOrigin)
    }

    /// Whether the response can be a redirect that the browser did not follow yet.
    const fn can_be_redirect(&self) -> bool {
        self.status.is_none() && !self.is_redirected
    }

    fn can_have_scheme(&self, scheme: &str) -> bool {
        self.parsed_url().is_none_or(|url| url.scheme() == scheme)
    }

    /// Returns false if the URL is on the user's own machine, and the browser allows such a URL on a page on https.
    fn can_be_mixed_content(&self) -> bool {
        let blocks_loopback = |browser: Browser| {
            let quirks = browser.engine().quirks();
            quirks.contains(Quirk::LoopbackIsMixedContent)
        };
        self.browser.is_none_or(blocks_loopback)
            || self
                .parsed_url()
                .is_none_or(|url| !is_potentially_trustworthy_url(&url))
    }

    fn can_have_path(&self, is_wanted: impl Fn(&str) -> bool) -> bool {
        self.parsed_url().is_none_or(|url| is_wanted(url.path()))
    }

    fn can_have_host(&self, is_wanted: impl Fn(&Host<&str>) -> bool) -> bool {
        let url = self.parsed_url();
        url.is_none_or(|url| url.host().is_none_or(|host| is_wanted(&host)))
    }

    fn parsed_url(&self) -> Option<Url> {
        Url::parse(self.url.as_deref()?).ok()
    }
}

fn page_can_have_scheme(origin: Option<&str>, scheme: &str) -> bool {
    let found = origin.and_then(|origin| Some(origin.split_once("://")?.0));
    found.is_none_or(|found| found == scheme)
}

/// Whether the host is an IP address or `localhost`.
fn is_local_host(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(_) | Host::Ipv6(_) => true,
    }
}

/// Whether the cause can lead to this value of the response header.
fn leads_to_value(cause: &str, value: &str) -> bool {
    let compared = Compared {
        sent: "",
        url: None,
        is_credentialed: false,
        original: None,
    };
    let has = |kind| {
        let misses = near_misses_of(&bytes_of(value), &compared);
        misses.iter().any(|miss| miss.kind == kind)
    };
    match cause {
        causes::SET_TWICE => value.contains(','),
        causes::SEVERAL_ORIGINS => {
            let mut origins = value.split([',', ' ']).filter(|origin| !origin.is_empty());
            let first = origins.next();
            origins.any(|origin| Some(origin) != first)
        }
        causes::EMPTY_VALUE => value.is_empty(),
        causes::PLACEHOLDER => !is_meant_as_wildcard(value.as_bytes()) && has(Kind::Placeholder),
        causes::WORD_FOR_EVERY_ORIGIN => is_meant_as_wildcard(value.as_bytes()),
        causes::PATTERN => has(Kind::Pattern),
        causes::NO_SCHEME => has(Kind::MissingScheme),
        causes::PATH => has(Kind::Path) || has(Kind::TrailingSlash),
        // With these causes, the value is exactly the origin of another page.
        causes::CACHED_FOR_OTHER_PAGE | causes::FIXED_ORIGIN => {
            Origin::parse(value).is_ok_and(|origin| origin.serialize() == value)
        }
        causes::CREDENTIALS_NOT_ALLOWED => value.is_empty() || value == "false",
        causes::OTHER_THAN_TRUE => !value.is_empty() && value != "false",
        _ => true,
    }
}
