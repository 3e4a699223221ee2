//! The words for a mistake of a server, and for its fix. Explanations, findings of the harness, failed assertions,
//! denials of a policy and the program use the same words.
//!
//! Each text is a macro, so that `concat!` and `format!` can make longer texts from it. The program is another crate, so
//! it uses constants and functions.

use alloc::{format, string::String};

macro_rules! wording {
    ($($name:ident $text:literal;)+) => {
        $(
            // A build without some features does not use all texts.
            #[allow(unused_macros)]
            macro_rules! $name {
                () => {
                    $text
                };
            }
            #[allow(unused_imports)]
            pub(crate) use $name;
        )+
    };
}

// The value of `Access-Control-Allow-Origin`.
wording! {
    trailing_slash "the value ends with a slash, but an origin does not: remove the slash";
    header_name_in_value "the value begins with the name of the header: send the origin only";
    header_name_in_list "the value begins with the name of the header: send the list only";
    remove_default_port "remove the port, because browsers do not send a default port";
    no_scheme "the value has no scheme";
    write_scheme "write the scheme of the page, such as `https://`, before the host";
    send_matching_origin ", and send the `Origin` that matches; list an entry with `*` only if you control all hosts that it matches";
    variable_is_not_set "a variable in the configuration of the server is probably not set or not replaced";
    variable_of_list_is_not_set "a variable in the configuration of the server is probably not set, is not replaced, or has the wrong type";
    choose_by_origin "choose the value in the server by the `Origin` of the request";
    set_in_two_parts "two parts of the server set the header, for example the application and a proxy";
    set_in_one_part "let only one part of the server set the header";
    or_send_asterisk ", or send `*` if the page sends no credentials";
    not_a_wildcard "with credentials, `*` is not a wildcard";
    sandboxed_pages_are_null "sandboxed pages of every site have the origin `null`";
    serve_from_own_origin "serve the page from an origin of its own";
    compare_origin "compare `Origin` with a list of allowed origins";
    is_development_origin "is an origin of a developer's machine or of a private network";
    send_allowed_origin "send the `Origin` of the request, if the policy allows it, and `Vary: Origin` in every response";
}

// The quotation marks in a value.
wording! {
    remove_quotation_marks "the quotation marks are part of the value: remove them";
}

// The differences of two origins.
wording! {
    scheme_differs "the scheme differs";
    port_differs "another port is another origin";
    www_differs "only one of the two hosts begins with `www.`: these are two origins";
    origin_in_lower_case "browsers send the scheme and the host in lower case";
}

// The answer to a preflight, and the denial of a policy.
wording! {
    answer_at_url "answer the preflight at the URL of the request";
    answer_before_redirect "answer the preflight before the redirect";
    preflight_redirects_are_not_followed "browsers do not follow redirects of preflights";
    answer_before_authentication "answer OPTIONS before authentication";
    answer_before_routing "answer OPTIONS before routing";
    before_authentication_and_routing "before authentication and routing";
    answer_with_success "answer the preflight with a status from 200 to 299";
    preflights_have_no_credentials "browsers send no cookies and no `Authorization` with a preflight";
    in_allow_methods "in `Access-Control-Allow-Methods`, in the same letter case";
    match_several_labels "let `*.` match one or more labels";
    separate_with_commas "separate the elements of the list with commas";
    methods_are_case_sensitive "methods are case-sensitive";
    only_some_become_upper_case "browsers change only some of them to upper case";
    does_not_allow_origin "does not allow the origin";
    does_not_allow_method "does not allow the method";
    methods_do_not_allow "`Access-Control-Allow-Methods` of the preflight response does not allow the method";
    policy_denies "the CORS policy of the server does not allow the origin, the method or a header";
    does_not_allow_header "does not allow the request header";
}

// The response.
wording! {
    headers_on_errors "send the CORS headers on error responses too";
    headers_on_redirects "send the CORS headers on each redirect too";
    list_exposed_names "list in `Access-Control-Expose-Headers` exactly the names that the policy exposes";
    send_allow_credentials "send `Access-Control-Allow-Credentials: true`";
    accept_harmless "the mistake is harmless: if your library has no option for it, accept the finding";
    mixed_content "the page is on https, but the URL is on http (mixed content)";
}

// The input of the program.
wording! {
    write_value_or_remove ": write a value, or remove the member";
    save_recording_again "save the recording again, without editing it";
    same_origin_credentials "`--credentials same-origin` if the page sends no cookies to other origins";
    another_program "another program made the request, or the recording was edited. Record again, without editing it";
    paste_whole_line "paste the whole line of the console, in English, with words such as `CORS policy`, `Cross-Origin Request Blocked` or `Access-Control-Allow-Origin`";
}

// The responses that the harness judges.
wording! {
    requests_are_limited "because the server limits the number of requests";
    limit_or_outage "because the server limits the number of requests or is not available";
    send_more_slowly "send the requests more slowly (`send.py --pause 1`), raise the limit for the test, or start the server if it is not available";
    server_is_unstable "the server fails, refuses or denies at random or after some time";
    find_reason_in_log "find the reason in the log of the server, and send the requests again";
    silent_error_url "no request to the error URL gets a response";
    no_answer_in_time "the server does not answer in time";
}

pub const METHODS_ARE_CASE_SENSITIVE: &str = methods_are_case_sensitive!();
pub const WRITE_VALUE_OR_REMOVE: &str = write_value_or_remove!();
pub const SAVE_RECORDING_AGAIN: &str = save_recording_again!();
pub const SAME_ORIGIN_CREDENTIALS: &str = same_origin_credentials!();
pub const ANOTHER_PROGRAM: &str = another_program!();
pub const PASTE_WHOLE_LINE: &str = paste_whole_line!();
pub const LIMIT_OR_OUTAGE: &str = limit_or_outage!();
pub const SEND_MORE_SLOWLY: &str = send_more_slowly!();
pub const SERVER_IS_UNSTABLE: &str = server_is_unstable!();
pub const FIND_REASON_IN_LOG: &str = find_reason_in_log!();
pub const SILENT_ERROR_URL: &str = silent_error_url!();

pub fn repeated_member(member: &str) -> String {
    let member = member.escape_default();
    format!("the member `{member}` is repeated: write it once")
}

pub fn line_too_long(max_bytes: usize) -> String {
    format!("the line is longer than {max_bytes} bytes: write a shorter line")
}

pub fn not_a_method(method: &str) -> String {
    format!(
        "`{}` is not a method: write a method without white space and without characters such as `,` and `:`",
        method.escape_default()
    )
}
