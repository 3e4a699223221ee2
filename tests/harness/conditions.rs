//! A finding names a request header as the condition of a mistake only if the same request without this header gets another
//! response.

use fetch_cors::{conformance::check, server::CorsPolicy};
use http::Request;

use super::{
    config,
    servers::{changed, is_granted, set},
};

/// Without an error URL, only a request with `Cookie` shows that the server allows credentials in every response to POST.
#[test]
fn credentials_for_a_method_do_not_depend_on_cookies() {
    let policy = CorsPolicy::builder().origin("https://app.example");
    let policy = policy.methods(["PUT"]).request_headers(["content-type"]);
    let policy = policy.build().unwrap();
    type Allows = fn(&Request<()>) -> bool;
    let of_post: Allows = |request| request.method() == "POST";
    let with_cookie: Allows = |request| request.headers().contains_key("cookie");
    for (allows, expected) in [
        (of_post, "the server allows credentials, "),
        (
            with_cookie,
            "if the request has `Cookie`, the server allows credentials, ",
        ),
    ] {
        let mut server = changed(policy.clone(), |request, response| {
            if allows(request) && is_granted(response) {
                let headers = response.headers_mut();
                set(headers, "access-control-allow-credentials", "true");
            }
        });
        let report = check(&mut server, &policy, config()).unwrap();
        let mistake = report.findings()[0].mistake();
        assert!(mistake.starts_with(expected), "{report}");
    }
}
