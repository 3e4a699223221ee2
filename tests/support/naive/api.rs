//! `fetch()` and `XMLHttpRequest`: the request that they make, and the response that a script sees.

use url::Url;

use super::fetch::{self, Request, Tainting};
use super::headers::{
    self, HeaderList, contains, encode, is_name, is_token, is_value, lower, normalize_value,
};
use super::safelist::{self, is_forbidden_method, is_safelisted_method};
use super::world::{Response, World};
use super::{Api, Body, Credentials, Failed, FetchCall, Mode, Readable, fail, uri};

pub fn call(world: &mut World, call: &FetchCall) -> Result<Readable, Failed> {
    let mut request = construct(call)?;
    let response = fetch::main_fetch(world, &mut request)?;
    Ok(readable(&request, &response))
}

/// Makes the request, or returns the failure of the API.
fn construct(call: &FetchCall) -> Result<Request, Failed> {
    let is_fetch = call.api == Api::Fetch;
    if is_fetch {
        // `fetch()` converts all strings first. An XMLHttpRequest converts the strings of each call when the call is
        // made, below.
        let wide = |text: &String| encode(text).is_none();
        if call
            .headers
            .iter()
            .any(|(name, value)| wide(name) || wide(value))
        {
            return fail("invalid-header", "webidl-bytestring/2");
        }
    }
    if encode(&call.method).is_none() {
        return fail("invalid-method", "webidl-bytestring/2");
    }
    let url = Url::parse(&call.url).expect("the URL of a fetch parses");
    if is_fetch && uri::has_userinfo(&url) {
        return fail("url-includes-credentials", "request-constructor/5.3");
    }
    if !encode(&call.method).is_some_and(|method| is_token(&method)) {
        return fail("invalid-method", "request-constructor/25.2");
    }
    if is_forbidden_method(&call.method) {
        return fail("forbidden-method", "request-constructor/25.2");
    }
    let method = safelist::normalize_method(&call.method);
    if call.mode == Mode::NoCors && !is_safelisted_method(&method) {
        return fail("method-not-no-cors-safelisted", "request-constructor/32.1");
    }
    let mut list = author_headers(call)?;
    let bodiless = method == "GET" || method == "HEAD";
    if call.body != Body::None && bodiless && is_fetch {
        return fail("body-not-allowed", "request-constructor/35");
    }
    if let Body::Typed(kind) = &call.body
        && !bodiless
        && !contains(&list, "content-type")
    {
        let Some(kind) = encode(kind).map(|kind| normalize_value(&kind)) else {
            return fail("invalid-header", "webidl-bytestring/2");
        };
        let is_dropped = call.mode == Mode::NoCors
            && !safelist::no_cors_safelisted_request_header("content-type", &kind);
        if !is_dropped {
            list.push(("Content-Type".to_string(), kind));
        }
    }
    let author_names = list.iter().map(|(name, _)| lower(name)).collect();
    if !contains(&list, "accept") {
        list.push(("Accept".to_string(), b"*/*".to_vec()));
    }
    Ok(Request {
        origin: call.origin.clone(),
        method,
        urls: vec![url],
        headers: list,
        author_names,
        referrer_policy: call.referrer_policy.clone(),
        mode: call.mode.clone(),
        credentials: call.credentials.clone(),
        redirect: call.redirect.clone(),
        redirect_count: 0,
        use_cors_preflight: call.api == Api::Xhr { listeners: true },
        tainting: Tainting::Basic,
        timing_denied: false,
    })
}

/// Adds the headers that a script sets, one by one. Drops forbidden headers.
fn author_headers(call: &FetchCall) -> Result<HeaderList, Failed> {
    let mut list = HeaderList::new();
    for (name, value) in &call.headers {
        if encode(name).is_none() || encode(value).is_none() {
            return fail("invalid-header", "webidl-bytestring/2");
        }
        let value = encode(value).map(|value| normalize_value(&value));
        let Some(value) = value.filter(|value| is_name(name) && is_value(value)) else {
            return fail("invalid-header", "headers-validate/1");
        };
        if call.mode == Mode::NoCors {
            let lines = headers::lines(&list, name);
            let together = match headers::join(&headers::borrow(&lines)) {
                Some(old) => [old, b", ".to_vec(), value.clone()].concat(),
                None => value.clone(),
            };
            if safelist::no_cors_safelisted_request_header(name, &together) {
                list.push((name.clone(), value));
            }
        } else if safelist::forbidden_request_header(name, &value) {
            continue;
        } else if call.api != Api::Fetch {
            headers::combine(&mut list, name, &value);
        } else {
            list.push((name.clone(), value));
        }
    }
    Ok(list)
}

/// Filters the response by the response tainting of the request.
fn readable(request: &Request, response: &Response) -> Readable {
    let url = uri::without_fragment(request.current_url());
    let timing_allowed = !request.timing_denied;
    if response.opaque_redirect {
        return Readable {
            kind: "opaqueredirect",
            status: 0,
            url,
            redirected: false,
            timing_allowed,
            headers: Vec::new(),
        };
    }
    let include = request.credentials == Credentials::Include;
    let (kind, list) = match request.tainting {
        Tainting::Opaque => {
            let url = String::new();
            return Readable {
                kind: "opaque",
                status: 0,
                url,
                redirected: false,
                timing_allowed,
                headers: Vec::new(),
            };
        }
        Tainting::Cors => ("cors", safelist::cors_filtered(&response.headers, include)),
        Tainting::Basic => ("basic", safelist::basic_filtered(&response.headers)),
    };
    Readable {
        kind,
        status: response.status,
        url,
        redirected: request.urls.len() > 1,
        timing_allowed,
        headers: headers::sort_and_combine(&list),
    }
}
