//! The dangers of a fix.

use alloc::{format, string::String, vec::Vec};

use ::url::Url;

use super::{
    fix::{Caution, CautionKind, Edit},
    local_host::is_development_origin,
    look_alike::is_look_alike,
    repair::RunExchange,
    shown::{shown_briefly, shown_name},
};
use crate::{
    infrastructure::{
        origin::{Origin, TupleOrigin},
        public_suffixes::PublicSuffixes,
        request::{CredentialsMode, Request},
        trustworthiness::is_potentially_trustworthy_url,
        url::without_fragment_and_userinfo,
    },
    wording,
};

/// Returns the dangers of the edits in `exchanges`, each danger once.
pub(super) fn cautions(
    request: &Request,
    exchanges: &[RunExchange],
    public_suffixes: &dyn PublicSuffixes,
) -> Vec<Caution> {
    let is_credentialed = request.credentials_mode == CredentialsMode::Include;
    let edits = || exchanges.iter().flat_map(|exchange| &exchange.edits);
    let sets = |header: &str, wanted: &dyn Fn(&str) -> bool| {
        edits().any(|edit| match edit {
            Edit::SetHeader { name, value } => *name == header && wanted(value),
            _ => false,
        })
    };
    let allows = |is_null: bool| {
        let mut allowed = exchanges.iter().filter_map(newly_allowed_origin);
        allowed.any(|origin| (origin == b"null") == is_null)
    };
    let mut cautions = Vec::new();
    if allows(true) {
        let is_redirected = request.origin.serialize() != "null";
        let last = exchanges.last().filter(|_| is_redirected);
        let last = last.map(|exchange| without_fragment_and_userinfo(&exchange.request.url));
        let mut caution = null_origin(last.as_deref());
        let leads_back = |url: &Url| request.origin.is_same_origin_with(url);
        if let Some(url) = last.as_deref().filter(|_| {
            let last = exchanges.last();
            last.is_some_and(|exchange| leads_back(&exchange.request.url))
        }) {
            caution.safer = own_url_instead_of_redirect(url);
        }
        cautions.push(caution);
    }
    let mut allowed = exchanges.iter().filter_map(newly_allowed_origin);
    if allowed.any(|origin| origin == b"file://") {
        cautions.push(file_origin());
    }
    let look_alike = exchanges.iter().find_map(|exchange| {
        let allowed = newly_allowed_origin(exchange)?;
        if allowed != request.origin.serialize().as_bytes() {
            return None;
        }
        let answer = exchange.answer.as_ref().ok();
        let value = answer.and_then(|answer| answer.header_list.get(ALLOW_ORIGIN));
        let value = value.as_deref().unwrap_or_default();
        let url = &exchange.request.url;
        look_alike(&request.origin, value, url, public_suffixes)
    });
    let is_look_alike = look_alike.is_some();
    cautions.extend(look_alike);
    if is_credentialed && allows(false) {
        cautions.push(reflection());
    }
    if is_credentialed && is_insecure(&request.origin) && (allows(true) || allows(false)) {
        cautions.push(insecure_origin(&request.origin));
    }
    if is_credentialed && allows(false) && !is_look_alike {
        cautions.extend(development_origin(&request.origin));
    }
    if sets("cross-origin-resource-policy", &|value| {
        value == "cross-origin"
    }) {
        cautions.push(any_site_can_embed());
    }
    if edits().next().is_some() {
        cautions.extend(extension_origin(request.origin.serialize()));
    }
    cautions
}

const ALLOW_ORIGIN: &str = "access-control-allow-origin";

/// Returns the danger of allowing a page that looks like the origin that the server allows, or like the server's own
/// origin. `allowed` is the value of `Access-Control-Allow-Origin` that the browser refused. `None` if the page looks like
/// no such origin.
pub(super) fn look_alike(
    page: &Origin,
    allowed: &[u8],
    url: &Url,
    public_suffixes: &dyn PublicSuffixes,
) -> Option<Caution> {
    let Origin::Tuple(tuple) = page else {
        return None;
    };
    let values = allowed.split(|byte| b", ".contains(byte));
    let values = values.map(|value| value.strip_suffix(b"/").unwrap_or(value));
    let origins = values.filter_map(|value| TupleOrigin::parse(value).ok());
    let mut origins = origins.chain(TupleOrigin::from_url(url));
    let other = origins.find(|other| is_look_alike(tuple, other, public_suffixes))?;
    Some(Caution {
        kind: CautionKind::LookAlikeOrigin,
        sentence: format!(
            "the page `{}` looks like `{}`, but belongs to another site: an attacker can register such a name to read the response",
            shown_briefly(page.serialize()),
            shown_briefly(other.serialize())
        ),
        safer: "allow the origin of the page only if its domain is yours".into(),
    })
}

/// Returns the value of `Access-Control-Allow-Origin` after the edits. `None` if the edits do not decide who can read the
/// response: the edits change neither this header nor `Access-Control-Allow-Credentials`.
fn newly_allowed_origin(exchange: &RunExchange) -> Option<Vec<u8>> {
    let decides = |edit: &Edit| {
        let names = [ALLOW_ORIGIN, "access-control-allow-credentials"];
        matches!(
            edit,
            Edit::SetHeader { name, .. }
            | Edit::ReplaceLines { name, .. }
            | Edit::RenameHeader { to: name, .. } if names.contains(name)
        )
    };
    if !exchange.edits.iter().any(decides) {
        return None;
    }
    let value = exchange
        .edited()
        .ok()?
        .header_list
        .get(ALLOW_ORIGIN)?
        .into_owned();
    Some(value)
}

/// The advice for a page with the origin `null`: change the page. To allow `null` on the server is less safe.
pub(super) const SAFER_THAN_NULL: &str = "load the page from an http or https server and without the `sandbox` attribute, and allow its origin";

/// The note about a page whose origin is written as `file://`.
pub(super) const FILE_ORIGIN: &str = "a page from a file has the origin `null` in the browsers of a desktop, and only web views of apps send `Origin: file://`";

/// Returns the danger of a server that copies every `Origin` into its responses and allows credentials.
pub(super) fn reflection() -> Caution {
    Caution {
        kind: CautionKind::Reflection,
        sentence: "do not copy the `Origin` of every request into the response: every site could then read the response with the cookies of the user".into(),
        safer: concat!(
            wording::compare_origin!(),
            ", and send `Vary: Origin`; if the page does not need cookies, let the page send no cookies"
        )
        .into(),
    }
}

pub(super) fn insecure_origin(origin: &Origin) -> Caution {
    Caution {
        kind: CautionKind::InsecureOrigin,
        sentence: format!(
            "the page `{}` is on http: an attacker on the network can change the page, and read the response with the cookies of the user",
            shown_briefly(origin.serialize())
        ),
        safer: "serve the page over https, and allow only its https origin".into(),
    }
}

/// Returns the danger of allowing credentials for an origin of a developer's machine or of a private network. `None` for
/// any other origin.
pub(super) fn development_origin(origin: &Origin) -> Option<Caution> {
    is_development_origin(origin).then(|| Caution {
        kind: CautionKind::DevelopmentOrigin,
        sentence: format!(
            "`{}` {}: a server in production that allows it lets any program on this address read the response with the cookies of the user",
            shown_briefly(origin.serialize()),
            wording::is_development_origin!()
        ),
        safer: "allow this origin only in the configuration for development, and list the origins of the real pages in production".into(),
    })
}

pub(super) fn any_site_can_embed() -> Caution {
    Caution {
        kind: CautionKind::AnySiteCanEmbed,
        sentence: "with `Cross-Origin-Resource-Policy: cross-origin`, any site can embed the response".into(),
        safer: "do this for public resources only; for other resources, use the mode `cors` and allow the origin of the page".into(),
    }
}

/// Returns the disadvantage of allowing the page of an extension. `None` for any other page.
pub(super) fn extension_origin(page: &str) -> Option<Caution> {
    let (scheme, _) = page.split_once("://")?;
    scheme.ends_with("-extension").then(|| Caution {
        kind: CautionKind::ExtensionOrigin,
        sentence: "the page belongs to an extension of the browser: the id in its origin can differ between browsers and installations, so the server's list of origins possibly does not contain this origin".into(),
        safer: "add the URL of the server to `host_permissions` in the manifest of the extension (to `permissions` in a manifest of version 2): browsers then let the extension's own pages read the response without CORS headers. A content script has the origin of the website, so let the extension's background script send its request".into(),
    })
}

/// Returns the danger of allowing `null`. `redirected_to` is the URL after the redirect that causes the origin `null`.
/// `None` if the page itself has this origin.
pub(super) fn null_origin(redirected_to: Option<&str>) -> Caution {
    Caution {
        kind: CautionKind::NullOrigin,
        sentence: concat!(
            wording::sandboxed_pages_are_null!(),
            ", so `Access-Control-Allow-Origin: null` allows every site"
        )
        .into(),
        safer: match redirected_to {
            None => SAFER_THAN_NULL.into(),
            Some(url) => format!(
                "let the page fetch `{}`, and allow this request from the origin of the page: then there is no redirect to another origin. If the redirect has to stay, let a server of the page's own origin send it: browsers then send the origin of the page, and not `null`",
                shown_name(url)
            ),
        },
    }
}

/// Returns the safer change of the page if the redirect leads back to the origin of the page.
fn own_url_instead_of_redirect(url: &str) -> String {
    format!(
        "let the page fetch `{}`: this URL has the origin of the page, so no CORS header is needed",
        shown_name(url)
    )
}

/// Returns the danger of allowing the origin `file://`.
fn file_origin() -> Caution {
    Caution {
        kind: CautionKind::FileOrigin,
        sentence: "every app that loads its page from a file has the origin `file://`, so `Access-Control-Allow-Origin: file://` allows all of these apps".into(),
        safer: "let the app load its page with a scheme of its own (such as `app://` or `capacitor://`) or from an https server, and allow the origin of this page".into(),
    }
}

/// Whether the origin has the scheme `http`. False for an origin of the user's own machine, such as `http://localhost`,
/// because an attacker on the network cannot change a page of this machine.
pub(super) fn is_insecure(origin: &Origin) -> bool {
    let url = Url::parse(origin.serialize());
    url.is_ok_and(|url| url.scheme() == "http" && !is_potentially_trustworthy_url(&url))
}
