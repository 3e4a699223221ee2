//! What is right in another way than ours.

use super::*;

/// What a server may do otherwise than ours is no violation.
#[test]
fn what_is_right_in_another_way() {
    type Change = fn(&Request<()>, &mut Response<()>);
    let right: [Change; 6] = [
        // Preflights are answered with 200, granted or not.
        |request, response| {
            if is_preflight(request) {
                *response.status_mut() = StatusCode::OK;
            }
        },
        // Nothing is there.
        |request, response| {
            if !is_preflight(request) {
                *response.status_mut() = StatusCode::NOT_FOUND;
            }
        },
        // Everything has moved.
        |request, response| {
            if request.method() == "GET" {
                *response.status_mut() = StatusCode::FOUND;
                set(response.headers_mut(), "location", "/elsewhere");
            }
        },
        // Long headers are too long for the server itself.
        |request, response| {
            if request.headers().values().any(|value| value.len() > 5000) {
                *response = Response::new(());
                *response.status_mut() = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
            }
        },
        // More is named in `Vary`, and in lines of its own.
        |_, response| {
            response
                .headers_mut()
                .append("vary", HeaderValue::from_static("accept-encoding"));
        },
        // The lists are spaced, in other case and with what is always allowed.
        |_, response| {
            for (name, list) in [
                (
                    "access-control-allow-methods",
                    "GET, HEAD ,POST, PATCH,\tPUT, CONNECT",
                ),
                ("access-control-allow-headers", "X-B, , x-A"),
            ] {
                if response.headers().contains_key(name) {
                    set(response.headers_mut(), name, list);
                }
            }
        },
    ];
    for (i, change) in right.into_iter().enumerate() {
        let report = checked(changed(policy(), change));
        assert!(report.violations().is_empty(), "{i}: {report}");
    }
}

/// A policy for any origin, answered by reflection; and one origin, told to everybody.
#[test]
fn other_ways_to_allow() {
    let any = CorsPolicy::builder().any_origin().build().unwrap();
    let mut reflects = |request: Request<()>| {
        let mut response = serve(&any, &request);
        if let Some(origin) = request
            .headers()
            .get("origin")
            .filter(|_| is_granted(&response))
        {
            let headers = response.headers_mut();
            headers.insert("access-control-allow-origin", origin.clone());
        }
        set(response.headers_mut(), "vary", "Origin");
        response
    };
    let report = check(&mut reflects, &any, config()).unwrap();
    assert!(report.violations().is_empty(), "{report}");

    let one = server_of(&["https://app.example"]);
    let mut varies = changed(one.clone(), |request, response| {
        if request
            .headers()
            .get("origin")
            .is_none_or(|origin| origin != "https://app.example")
        {
            response.headers_mut().remove("access-control-allow-origin");
        }
        set(response.headers_mut(), "vary", "Origin");
    });
    let report = check(
        &mut varies,
        &one,
        Config::new("http://app.example/").unwrap(),
    )
    .unwrap();
    assert!(report.violations().is_empty(), "{report}");
}
