//! Messages about a Content Security Policy and about cookies.

use super::*;

/// The fix names the directive and the origin of the message.
#[test]
fn policy_of_the_page_has_the_fix_of_its_directive() {
    let fallback =
        " Note that 'font-src' was not explicitly set, so 'default-src' is used as a fallback.";
    for (line, url, fix) in [
        (
            "Refused to connect to 'https://api.example/a?b' because it violates the following Content Security Policy directive: \"connect-src 'self'\".",
            "https://api.example/a?b",
            "add `https://api.example` to `connect-src` in",
        ),
        (
            "Connecting to 'wss://api.example:81/' violates the following Content Security Policy directive: \"connect-src\". The action has been blocked.",
            "wss://api.example:81/",
            "add `wss://api.example:81` to `connect-src` in",
        ),
        (
            "Refused to load the image 'blob:https://app.example/1' because it violates the following Content Security Policy directive: \"img-src 'self'\".",
            "blob:https://app.example/1",
            "add `blob:` to `img-src` in",
        ),
        (
            &format!(
                "Refused to load the font 'https://cdn.example/f' because it violates the following Content Security Policy directive: \"default-src 'self'\".{fallback}"
            ),
            "https://cdn.example/f",
            "add the directive `font-src` to the `Content-Security-Policy` of the page: copy the sources of `default-src` into it, and add `https://cdn.example`",
        ),
        (
            "Refused to load the script 'https://cdn.example/f' because it violates the following Content Security Policy directive: \"script-src 'self'\". Note that 'script-src-elem' was not explicitly set, so 'script-src' is used as a fallback.",
            "https://cdn.example/f",
            "add `https://cdn.example` to `script-src` in",
        ),
        (
            "Content-Security-Policy: The page’s settings blocked the loading of a resource (connect-src) at https://api.example/ because it violates the following directive: “connect-src 'self'”",
            "https://api.example/",
            "add `https://api.example` to `connect-src` in",
        ),
        (
            "Content-Security-Policy: The page’s settings blocked a script (script-src-elem) at https://cdn.example/x.js from being executed because it violates the following directive: “default-src 'self'”",
            "https://cdn.example/x.js",
            "add the directive `script-src` to",
        ),
        (
            "Content Security Policy: The page’s settings blocked the loading of a resource at https://api.example/ (“connect-src”).",
            "https://api.example/",
            "add `https://api.example` to `connect-src` in",
        ),
        (
            "Refused to load https://cdn.example/f because it appears in neither the font-src directive nor the default-src directive of the Content Security Policy.",
            "https://cdn.example/f",
            "add the directive `font-src` to",
        ),
    ] {
        let message = parse(line);
        assert_eq!(message.url.as_deref(), Some(url), "{line}");
        assert!(message.fix().starts_with(fix), "{}", message.fix());
    }
    let unnamed = parse("net::ERR_BLOCKED_BY_CSP").fix();
    assert!(
        unnamed.starts_with("add the origin of the URL to the directive"),
        "{unnamed}"
    );
}

/// A policy that only reports blocks nothing, and an inline script is not fetched. So these lines are not the reason of
/// a failed fetch.
#[test]
fn lines_of_a_policy_without_a_blocked_fetch_say_so() {
    let hash = "Either the 'unsafe-inline' keyword, a hash ('sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='), or a nonce ('nonce-...') is required to enable inline execution.";
    let reported = "blocks nothing";
    let inline = "no fetch is blocked";
    for (line, meaning, fix) in [
        (
            "[Report Only] Refused to connect to 'https://api.example/a' because it violates the following Content Security Policy directive: \"connect-src 'self'\".",
            reported,
            "Before the policy is enforced, add `https://api.example` to `connect-src`",
        ),
        (
            "Connecting to 'https://api.example/a' violates the following Content Security Policy directive: \"connect-src 'self'\". The policy is report-only, so the violation has been logged but no further action has been taken.",
            reported,
            "Before the policy is enforced, add `https://api.example` to `connect-src`",
        ),
        (
            "Content-Security-Policy: (Report-Only policy) The page’s settings would block the loading of a resource (connect-src) at https://api.example/a because it violates the following directive: “default-src 'self'”",
            reported,
            "Before the policy is enforced, add the directive `connect-src`",
        ),
        (
            "Content Security Policy: The page’s settings observed the loading of a resource at https://api.example/a (“connect-src”). A CSP report is being sent.",
            reported,
            "Before the policy is enforced, add `https://api.example` to `connect-src`",
        ),
        (
            "[Report Only] Refused to connect to https://api.example/a because it does not appear in the connect-src directive of the Content Security Policy.",
            reported,
            "Before the policy is enforced, add `https://api.example` to `connect-src`",
        ),
        (
            &format!(
                "[Report Only] Refused to execute inline script because it violates the following Content Security Policy directive: \"script-src 'self'\". {hash}"
            ),
            reported,
            "add to it the source in this line",
        ),
        (
            "Content-Security-Policy: (Report-Only policy) The page’s settings would block an inline style (style-src-attr) from being applied because it violates the following directive: “style-src 'self'”",
            reported,
            "add to it the source in this line",
        ),
        (
            &format!(
                "Refused to execute inline script because it violates the following Content Security Policy directive: \"script-src 'self'\". {hash}"
            ),
            inline,
            "move the script or the style",
        ),
        (
            &format!(
                "app.js:1 Executing inline event handler violates the following Content Security Policy directive 'script-src 'self''. {hash} The action has been blocked."
            ),
            inline,
            "move the script or the style",
        ),
        (
            &format!(
                "Refused to apply inline style because it violates the following Content Security Policy directive: \"default-src 'self'\". {hash} Note also that 'style-src' was not explicitly set, so 'default-src' is used as a fallback."
            ),
            inline,
            "move the script or the style",
        ),
        (
            "Content-Security-Policy: The page’s settings blocked an inline script (script-src-elem) from being executed because it violates the following directive: “script-src 'self'”",
            inline,
            "move the script or the style",
        ),
        (
            "Content Security Policy: The page’s settings blocked the loading of a resource at inline (“script-src”).",
            inline,
            "move the script or the style",
        ),
        (
            "Refused to apply a stylesheet because its hash, its nonce, or 'unsafe-inline' does not appear in the style-src directive of the Content Security Policy.",
            inline,
            "move the script or the style",
        ),
        (
            "This document requires 'TrustedHTML' assignment. The policy is report-only, so the violation has been logged but no further action has been taken.",
            reported,
            "add to it the source in this line",
        ),
        (
            "TypeError: Failed to set the 'innerHTML' property on 'Element': This document requires 'TrustedHTML' assignment.",
            inline,
            "use `textContent` in place of `innerHTML`",
        ),
        (
            "Creating a TrustedTypePolicy named 'p' violates the following Content Security policy directive: \"trusted-types q\". The action has been blocked.",
            inline,
            "list this policy in `trusted-types`",
        ),
        (
            "Content-Security-Policy: The page’s settings blocked assigning to an injection sink because it violates the following directive: “require-trusted-types-for ’script’“",
            inline,
            "trustedTypes.createPolicy()",
        ),
        (
            "CompileError: WebAssembly.Module(): Compiling or instantiating WebAssembly module violates the following Content Security policy directive because 'unsafe-eval' is not an allowed source of script in the following Content Security Policy directive: \"script-src 'self'\".",
            inline,
            "add `'wasm-unsafe-eval'` to `script-src`",
        ),
        (
            "Content-Security-Policy: The page’s settings blocked WebAssembly (script-src) from being executed because it violates the following directive: “script-src 'self'” (Missing 'wasm-unsafe-eval' or 'unsafe-eval')",
            inline,
            "add `'wasm-unsafe-eval'` to `script-src`",
        ),
        (
            "Applying inline speculation rules violates the following Content Security Policy directive 'script-src 'self''. Either the 'unsafe-inline' keyword, a hash ('sha256-RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o='), or a nonce ('nonce-...') is required to enable inline execution. The action has been blocked.",
            inline,
            "move the script or the style",
        ),
        (
            "EvalError: Refused to evaluate a string as JavaScript because 'unsafe-eval' is not an allowed source of script in the following Content Security Policy directive: \"script-src 'self'\".",
            inline,
            "replace the call that runs a string",
        ),
    ] {
        let message = parse(line);
        let (found, likeliest) = (message.meaning(), message.fix());
        assert!(found.contains(meaning), "{line}: {found}");
        assert!(likeliest.contains(fix), "{line}: {likeliest}");
        let other = "if a fetch fails, this line is not the reason: find the line that names the failed fetch, and explain that line";
        assert!(likeliest.starts_with(other), "{line}: {likeliest}");
        assert!(message.next_commands().is_empty() && message.failures.is_empty());
        assert!(!message.adds_nothing_to(&chromium(AT, MISSING)), "{line}");
    }
}

/// If a policy only reports, Chromium prints a line break in its message about `eval()`.
#[test]
fn line_break_in_a_report_does_not_change_its_meaning() {
    let eval = "app.js:2 Evaluating a string as JavaScript violates the following Content Security Policy directive because 'unsafe-eval' is not an allowed source of script: \"script-src 'self'\".";
    let report = format!(
        "{eval}\n The policy is report-only, so the violation has been logged but no further action has been taken."
    );
    let lines = ConsoleMessage::parse_all(&format!("{report}\n{eval}\n"));
    let meanings = lines
        .iter()
        .map(|line| line.message.as_ref().unwrap().meaning());
    let blocks: Vec<_> = meanings
        .map(|meaning| !meaning.contains("blocks nothing"))
        .collect();
    assert_eq!(blocks, [false, true]);
}

/// Each line about a cookie has the fix for this cookie, and says that it is not the reason of a failed fetch.
#[test]
fn lines_about_cookies_are_explained() {
    let same_site = "with `SameSite=None; Secure`, or serve the page and the server from one site";
    let secure = "with `SameSite=None; Secure`, or with `SameSite=Lax`";
    let https = "serve the URL over https";
    let scheme = "serve the page and the URL over https";
    let third_party = "send a token in `Authorization` in place of the cookie";
    for (line, fix) in [
        (
            "Cookie “sid” has been rejected because it is in a cross-site context and its “SameSite” is “Lax” or “Strict”.",
            same_site,
        ),
        (
            "Cookie “sid” has “SameSite” policy set to “Lax” because it is missing a “SameSite” attribute, and “SameSite=Lax” is the default value for this attribute. notes",
            same_site,
        ),
        (
            "Cookie “sid” does not have a proper “SameSite” attribute value. Soon, cookies without the “SameSite” attribute or with an invalid value will be treated as “Lax”.",
            same_site,
        ),
        (
            "Cookie “sid” with the “SameSite” attribute value “Lax” or “Strict” was omitted because of a cross-site redirect.",
            same_site,
        ),
        (
            "Cookie “sid” rejected because it has the “SameSite=None” attribute but is missing the “secure” attribute.",
            secure,
        ),
        (
            "Cookie “sid” will be soon rejected because it has the “sameSite” attribute set to “none” or an invalid value, without the “secure” attribute.",
            secure,
        ),
        (
            "Cookie “sid” has been rejected because a non-HTTPS cookie can’t be set as “secure”.",
            https,
        ),
        (
            "Cookie “sid” has been rejected because there is an existing “secure” cookie.",
            https,
        ),
        (
            "Cookie “sid” has been treated as cross-site against “http://api.example/” because the scheme does not match.",
            scheme,
        ),
        (
            "Cookie “sid” has been rejected as third-party.",
            third_party,
        ),
        (
            "Cookie “sid” has been rejected because it is foreign and does not have the “Partitioned“ attribute.",
            third_party,
        ),
        (
            "Request to access cookie or storage on “https://api.example/” was blocked because it came from a tracker and Enhanced Tracking Protection is enabled.",
            third_party,
        ),
        (
            "Cookie “sid” has been rejected for invalid domain.",
            "remove `Domain`",
        ),
        (
            "Cookie “sid” has been rejected for invalid prefix.",
            "change the part of `Set-Cookie`",
        ),
        (
            "This attempt to set a cookie via a Set-Cookie header was blocked because it had the \"SameSite=Lax\" attribute but came from a cross-site response which was not the response to a top-level navigation.",
            same_site,
        ),
        (
            "This attempt to set a cookie via a Set-Cookie header was blocked because it had the \"SameSite=Lax\" attribute but came from a cross-site response which was not the response to a top-level navigation. This response is considered cross-site because the URL has a different scheme than the current site.",
            scheme,
        ),
        (
            "This Set-Cookie header didn't specify a \"SameSite\" attribute and was defaulted to \"SameSite=Lax,\" and was blocked because it came from a cross-site response which was not the response to a top-level navigation.",
            same_site,
        ),
        (
            "This attempt to set a cookie via a Set-Cookie header was blocked because it had the \"SameSite=None\" attribute but did not have the \"Secure\" attribute, which is required in order to use \"SameSite=None\".",
            secure,
        ),
        (
            "This attempt to set a cookie via a Set-Cookie header was blocked because it had the \"Secure\" attribute but was not received over a secure connection.",
            https,
        ),
        (
            "This cookie was blocked because it had the \"SameSite=Strict\" attribute and the request was made from a different site. This includes top-level navigation requests initiated by other sites.",
            same_site,
        ),
        (
            "This cookie was blocked because it had the \"Secure\" attribute and the connection was not secure.",
            https,
        ),
        (
            "This cookie was blocked due to user preferences.",
            third_party,
        ),
        (
            "Indicate whether to send a cookie in a cross-site request by specifying its SameSite attribute",
            same_site,
        ),
        (
            "Mark cross-site cookies as Secure to allow setting them in cross-site contexts",
            secure,
        ),
    ] {
        let message = parse(line);
        let likeliest = message.fix();
        assert!(likeliest.contains(fix), "{line}: {likeliest}");
        let other = "if a fetch fails, this line is not the reason: find the line that names the failed fetch, and explain that line";
        assert!(likeliest.starts_with(other), "{line}: {likeliest}");
        assert!(
            message
                .meaning()
                .ends_with("this is not CORS, and no fetch is blocked")
        );
        assert!(message.next_commands().is_empty() && message.failures.is_empty());
        assert!(!message.adds_nothing_to(&chromium(AT, MISSING)), "{line}");
        let text = message.to_string();
        assert_eq!(
            text.contains("\n  cookie: `sid`"),
            line.contains("Cookie “sid”"),
            "{text}"
        );
        assert!(!text.contains("does not have a URL"), "{text}");
    }
}

/// A script can never read a header with cookies, so no header of the server is a fix.
#[test]
fn cookies_of_a_response_have_no_fix_on_the_server() {
    for name in ["set-cookie", "Set-Cookie", "set-cookie2"] {
        let message = parse(&format!("Refused to get unsafe header \"{name}\""));
        assert!(
            message.fix().starts_with("do not read"),
            "{}",
            message.fix()
        );
        assert!(message.to_string().contains("\n  response header: "));
    }
    let other = parse("Refused to get unsafe header \"x-a\"").to_string();
    assert!(other.contains("\n  response header: `x-a`"), "{other}");
}
