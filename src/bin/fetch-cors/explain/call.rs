//! The call of the page, from the options.

use std::path::Path;

use fetch_cors::{
    api::ApiCall,
    browser::{Body, BodyWithType, Origin, RequestInit},
    infrastructure::forbidden::is_forbidden_request_header,
};
use url::{Host, Url};

use super::{Arguments, Credentials, RequestMode};
use crate::output::{Stop, print_aside};

pub(super) fn call(arguments: &Arguments, url: Url) -> ApiCall<'_> {
    let mut init = RequestInit::new(url);
    init.method = method_or_default(arguments).into();
    init.headers = arguments
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().into(), value.as_str().into()))
        .collect();
    init.mode = arguments.mode.unwrap_or(RequestMode::Cors).into();
    init.credentials = (arguments.credentials)
        .unwrap_or(Credentials::SameOrigin)
        .into();
    init.body = arguments
        .body
        .as_deref()
        .map(|content_type| BodyWithType::new(Body::WithSource, content_type));
    ApiCall::Fetch(init)
}

/// Prints a note if the URL is in a local network, because browsers have further rules for local networks.
pub(super) fn warn_of_unchecked_rules(url: &Url) {
    let is_local = match url.host() {
        Some(Host::Ipv4(address)) => address.is_private() || address.is_link_local(),
        Some(Host::Ipv6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
        Some(Host::Domain(name)) => name.ends_with(".local"),
        None => false,
    };
    if is_local {
        print_aside(
            "the URL is in a local network: the rules of browsers for local networks are not checked, such as the permission of the user in Chromium",
        );
    }
}

/// Prints a warning about each header that a script cannot set.
pub(super) fn warn_of_forbidden_headers(arguments: &Arguments) {
    let headers = arguments.headers.iter();
    let forbidden = headers
        .filter(|(name, value)| is_forbidden_request_header(name.as_bytes(), value.as_bytes()));
    for (name, _) in forbidden {
        print_aside(&format!(
            "`-H '{}: ...'` is not used: only the browser sets this header, and a script cannot set it",
            name.escape_debug()
        ));
    }
}

/// The method that `fetch()` uses if the page does not set a method.
const DEFAULT_METHOD: &str = "GET";

pub(super) fn method_or_default(arguments: &Arguments) -> &str {
    arguments.method.as_deref().unwrap_or(DEFAULT_METHOD)
}

/// Refuses the placeholder `word`, such as `URL`. The help and the printed commands have a placeholder where the user has
/// to write a value.
fn refuse_word(text: &str, word: &str, value: &str) -> Result<(), String> {
    if text == word {
        return Err(format!("replace `{word}` by {value}"));
    }
    Ok(())
}

pub(super) fn method(text: &str) -> Result<String, String> {
    refuse_word(text, "METHOD", "the method")?;
    Ok(text.into())
}

pub(super) fn content_type(text: &str) -> Result<String, String> {
    refuse_word(text, "TYPE", "the content type of the body")?;
    Ok(text.into())
}

/// Refuses the placeholder `FILE`, unless a file has this name.
pub(super) fn refuse_word_for_file(path: &Path) -> Result<(), Stop> {
    match path.to_str().filter(|_| !path.exists()) {
        Some(text) => refuse_word(text, "FILE", "the name of a file").map_err(Stop::CannotRun),
        None => Ok(()),
    }
}

pub(super) fn origin(text: &str) -> Result<Origin, String> {
    refuse_word(text, "ORIGIN", "the origin of the page")?;
    if text.starts_with("file:") {
        print_aside(&format!(
            "`{}` is judged as the origin `null`, which a desktop browser sends for a page from a file; a web view of an app can send `file://`",
            text.escape_debug()
        ));
        return Origin::parse("null").map_err(|error| error.to_string());
    }
    Origin::parse(text).map_err(|error| error.to_string())
}

pub(super) fn url(text: &str) -> Result<Url, String> {
    refuse_word(text, "URL", "the URL of the request")?;
    Url::parse(text)
        .map_err(|error| format!("{error}; write a whole URL, such as `https://api.example/`"))
}

pub(super) fn header(text: &str) -> Result<(String, String), String> {
    refuse_word(
        text,
        "NAME: VALUE",
        "a request header, such as `X-Total: 1`",
    )?;
    match text.split_once(':') {
        Some((name, value)) => {
            refuse_word(name, "NAME", "the name of a request header")?;
            Ok((name.into(), value.trim().into()))
        }
        None => Err(String::from(
            "write the name, a colon and the value, such as `X-Total: 1`",
        )),
    }
}
