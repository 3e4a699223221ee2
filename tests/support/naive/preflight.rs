//! The preflight: its reasons, its request, and the grants of its response.

use super::cache::Grant;
use super::fetch::Request;
use super::headers::{self, HeaderList, borrow, lines, lower, parse_list, parse_max_age};
use super::safelist::{is_non_wildcard_name, is_safelisted_method, unsafe_names};
use super::tables::REDIRECT_STATUSES;
use super::world::{Response, World};
use super::{Failed, Sent, fail, uri};

/// Returns the sorted reasons for a preflight. The list is empty if the request does not need a preflight.
pub fn reasons(world: &mut World, request: &Request) -> Vec<String> {
    let key = request.cache_key();
    let include = request.includes_credentials();
    let mut reasons = Vec::new();
    if !world.cache.has(
        world.now,
        &key,
        include,
        &Grant::Method(request.method.clone()),
    ) {
        if !is_safelisted_method(&request.method) {
            reasons.push("method".to_string());
        }
        if request.use_cors_preflight {
            reasons.push("flag".to_string());
        }
    }
    for name in unsafe_names(&request.headers) {
        if !world
            .cache
            .has(world.now, &key, include, &Grant::HeaderName(name.clone()))
        {
            reasons.push(format!("header:{name}"));
        }
    }
    reasons.sort();
    reasons
}

pub fn fetch(world: &mut World, request: &Request, reasons: Vec<String>) -> Result<(), Failed> {
    let url = request.current_url().clone();
    let response = world.exchange(&url, &outgoing(request, reasons))?;
    request.check_cors(&response, true)?;
    if REDIRECT_STATUSES.contains(&response.status) {
        return fail("preflight-disallowed-redirect", "cors-preflight-fetch/7");
    }
    if !(200..=299).contains(&response.status) {
        return fail("preflight-invalid-status", "cors-preflight-fetch/7");
    }
    let (methods, names) = permissions(request, &response)?;
    let max_age = parse_max_age(&borrow(&lines(&response.headers, "access-control-max-age")));
    let methods: Vec<Grant> = methods.into_iter().map(Grant::Method).collect();
    let names: Vec<Grant> = names.into_iter().map(Grant::HeaderName).collect();
    let key = request.cache_key();
    let include = request.includes_credentials();
    world
        .cache
        .store(world.now, &key, include, &methods, max_age);
    world.cache.store(world.now, &key, include, &names, max_age);
    Ok(())
}

fn outgoing(request: &Request, reasons: Vec<String>) -> Sent {
    let mut list: HeaderList = vec![
        (
            "Origin".to_string(),
            request.serialized_origin().into_bytes(),
        ),
        (
            "Access-Control-Request-Method".to_string(),
            request.method.clone().into_bytes(),
        ),
    ];
    let names = unsafe_names(&request.headers);
    if !names.is_empty() {
        list.push((
            "Access-Control-Request-Headers".to_string(),
            names.join(",").into_bytes(),
        ));
    }
    Sent {
        method: "OPTIONS".to_string(),
        url: uri::without_fragment_and_userinfo(request.current_url()),
        headers: headers::sort_and_combine(&list),
        credentials: false,
        preflight_reasons: Some(reasons),
    }
}

/// Returns the methods and the names in the lists of the response, if the lists allow the request.
fn permissions(
    request: &Request,
    response: &Response,
) -> Result<(Vec<String>, Vec<String>), Failed> {
    let methods = parse_list(&borrow(&lines(
        &response.headers,
        "access-control-allow-methods",
    )));
    let names = parse_list(&borrow(&lines(
        &response.headers,
        "access-control-allow-headers",
    )));
    if methods == Some(Err(())) {
        return fail(
            "invalid-allow-methods-preflight-response",
            "cors-preflight-fetch/7.3",
        );
    }
    if names == Some(Err(())) {
        return fail(
            "invalid-allow-headers-preflight-response",
            "cors-preflight-fetch/7.3",
        );
    }
    let methods = match methods {
        Some(methods) => methods.unwrap_or_default(),
        None if request.use_cors_preflight => vec![request.method.clone()],
        None => Vec::new(),
    };
    let names = names.unwrap_or(Ok(Vec::new())).unwrap_or_default();

    let star = |list: &[String]| !request.includes_credentials() && list.contains(&"*".to_string());
    if !methods.contains(&request.method)
        && !is_safelisted_method(&request.method)
        && !star(&methods)
    {
        return fail(
            "method-disallowed-by-preflight-response",
            "cors-preflight-fetch/7.5",
        );
    }
    let listed = |name: &str| names.iter().any(|other| lower(other) == lower(name));
    for (name, _) in &request.headers {
        if is_non_wildcard_name(name) && !listed(name) {
            return fail(
                "header-disallowed-by-preflight-response",
                "cors-preflight-fetch/7.6",
            );
        }
    }
    for name in unsafe_names(&request.headers) {
        if !listed(&name) && !star(&names) {
            return fail(
                "header-disallowed-by-preflight-response",
                "cors-preflight-fetch/7.7",
            );
        }
    }
    Ok((methods, names))
}
