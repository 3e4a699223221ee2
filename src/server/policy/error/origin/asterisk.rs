//! Wildcards in places where they are not permitted.

use alloc::{borrow::Cow, format};

use super::valid_form;
use crate::server::origin::extension::ExtensionScheme;

const MISPLACED: &str = "the `*` is misplaced: write it only for whole labels before a host (`https://*.example.com`), within the first label (`https://app-*.example.com`) or for the port (`http://localhost:*`)";
const ANY_SCHEME: &str =
    "`*` cannot replace the scheme: write one entry for `https://` and one for `http://`";
const OTHER_SCHEME: &str = "`*` is permitted only with the schemes `http`, `https`, `chrome-extension`, `moz-extension` and `safari-web-extension`: list each origin";
const EXTENSION: &str = "`*` can only replace the whole id of an extension: write `chrome-extension://*` for all extensions, or list the origin of the extension";
const ANY_HOST: &str = "`*` cannot replace the whole host: list each host, or write `*` only for whole labels before a host (`https://*.example.com`)";
const ADDRESS: &str = "an address does not have subdomains: list the origin of each address";
const PORT: &str = "the `*` of a port means any port: write only `:*` after the host";
const TWO: &str = "the host has two `*`: write one, for whole labels before a host (`https://*.example.com`) or within the first label (`https://app-*.example.com`)";
const ONE_LABEL: &str = "no domain follows the label with the `*`: write the whole host, for example, `https://app-*.example.com`";
const NOT_ASCII: &str = "a label in Punycode or with a character that is not ASCII cannot have a `*`: list each origin, or write `*.` for the whole label";

/// Returns the reason for refusing an entry with a `*`.
pub(super) fn misplaced_asterisk(origin: &str) -> Option<Cow<'static, str>> {
    if !origin.contains('*') {
        return None;
    }
    let Some((scheme, rest)) = origin.split_once("://") else {
        return Some(MISPLACED.into());
    };
    Some(match &*scheme.to_ascii_lowercase() {
        scheme if scheme.contains('*') => ANY_SCHEME.into(),
        scheme if ExtensionScheme::from_name(scheme).is_some() => EXTENSION.into(),
        "http" | "https" => in_authority(scheme, rest),
        _ => OTHER_SCHEME.into(),
    })
}

fn in_authority(scheme: &str, rest: &str) -> Cow<'static, str> {
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host_end = authority.rfind(']').unwrap_or_default();
    let port = authority
        .get(host_end..)
        .and_then(|end| end.split_once(':'));
    let host_length = port.map_or(0, |(_, port)| port.len() + 1);
    let host_end = authority.len() - host_length;
    let host = authority.get(..host_end).unwrap_or(authority);
    let port = port.map_or("", |(_, port)| port);
    let host = host.rsplit('@').next().unwrap_or(host);
    match () {
        () if port.contains('*') && port != "*" => PORT.into(),
        () if matches!(host, "" | "*" | "*.") => ANY_HOST.into(),
        () => in_host(scheme, host),
    }
}

fn in_host(scheme: &str, host: &str) -> Cow<'static, str> {
    let domain = host.strip_suffix('.').unwrap_or(host);
    let last = domain.rsplit('.').next().unwrap_or_default();
    let is_number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    if host.contains('[') || is_number {
        return ADDRESS.into();
    }
    if host.matches('*').count() > 1 {
        return TWO.into();
    }
    let Some((label, base)) = domain.split_once('.') else {
        return ONE_LABEL.into();
    };
    let is_in_a_word = label.strip_prefix('*');
    let is_in_a_word =
        is_in_a_word.is_some_and(|end| end.starts_with(|c: char| c.is_ascii_alphanumeric()));
    match () {
        () if !label.contains('*') => MISPLACED.into(),
        () if label.starts_with("xn--") || !label.is_ascii() => NOT_ASCII.into(),
        () if is_in_a_word && !base.contains('.') => {
            let host = host.trim_start_matches('*');
            similar_hosts(scheme, host).unwrap_or(MISPLACED.into())
        }
        () => MISPLACED.into(),
    }
}

/// Returns the reason for refusing an entry such as `https://*example.com`. For this entry, `scheme` is `https` and
/// `host` is `example.com`.
fn similar_hosts(scheme: &str, host: &str) -> Option<Cow<'static, str>> {
    let subdomains = valid_form(&format!("{scheme}://*.{host}"))?;
    Some(
        format!("the entry would also match `{scheme}://evil{host}`: write `{subdomains}` for the subdomains")
            .into(),
    )
}
