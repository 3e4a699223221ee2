//! The call of the page, from the options.

use fetch_cors::{
    api::ApiCall,
    browser::{Body, BodyWithType, Origin, RequestInit},
};
use url::Url;

use super::Arguments;

pub(super) fn call(arguments: &Arguments, url: Url) -> ApiCall<'_> {
    let mut init = RequestInit::new(url);
    init.method = arguments.method.as_str().into();
    init.headers = arguments
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().into(), value.as_str().into()))
        .collect();
    init.mode = arguments.mode.into();
    init.credentials = arguments.credentials.into();
    init.body = arguments
        .body
        .as_deref()
        .map(|content_type| BodyWithType::new(Body::WithSource, content_type));
    ApiCall::Fetch(init)
}

pub(super) fn origin(text: &str) -> Result<Origin, String> {
    Origin::parse(text).map_err(|error| error.to_string())
}

pub(super) fn url(text: &str) -> Result<Url, String> {
    Url::parse(text)
        .map_err(|error| format!("{error}; write a whole URL, such as `https://api.example/`"))
}

pub(super) fn header(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((name, value)) => Ok((name.into(), value.trim().into())),
        None => Err(String::from(
            "write the name, a colon and the value, such as `X-Total: 1`",
        )),
    }
}
