//! Headers with a misspelled name: if the value is right, the fix renames the header.

use fetch_cors::explain::{Edit, Fix, HtmlPage};

use crate::case::{Exchange, GET, changes};

const PUT: Exchange = Exchange {
    method: "PUT",
    headers: "X-Tenant: 1",
    has_credentials: true,
    preflight: Some((
        204,
        "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Credentials: true\nAccess-Control-Allow-Methods: PUT\nAccess-Control-Allow-Headers: x-tenant",
    )),
    response: Some((
        200,
        "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Credentials: true",
    )),
    ..GET
};

/// Replaces a header name in the preflight response of [`PUT`].
fn misspelled(right: &str, wrong: &str) -> Exchange {
    let (status, headers) = PUT.preflight.unwrap();
    let headers = headers.replacen(right, wrong, 1);
    Exchange {
        preflight: Some((status, headers.leak())),
        ..PUT
    }
}

#[test]
fn misspelled_name_of_a_right_value_is_renamed() {
    for (right, wrong) in [
        (
            "Access-Control-Allow-Origin",
            "Access-Control-Allow-Origins",
        ),
        ("Access-Control-Allow-Origin", "Acces-Control-Allow-Origin"),
        (
            "Access-Control-Allow-Origin",
            "Access-Control-Allowed-Origins",
        ),
        ("Access-Control-Allow-Origin", "Acess-Controll-Alow-Orgin"),
        (
            "Access-Control-Allow-Origin",
            "X-Access-Control-Allow-Origin",
        ),
        ("Access-Control-Allow-Origin", "Access_Control_Allow_Origin"),
        (
            "Access-Control-Allow-Credentials",
            "Access-Control-Allow-Credential",
        ),
        (
            "Access-Control-Allow-Methods",
            "Access-Control-Allow-Method",
        ),
        (
            "Access-Control-Allow-Headers",
            "Access-Control-Allow-Header",
        ),
    ] {
        let explained = misspelled(&format!("{right}:"), &format!("{wrong}:")).explain();
        let Fix::Answers { answers, .. } = &explained.fix else {
            panic!("{explained}");
        };
        let [answer] = &answers[..] else {
            panic!("{explained}");
        };
        let from = wrong.to_ascii_lowercase();
        let is_rename = |edit: &Edit| matches!(edit, Edit::RenameHeader { from: name, to } if *name == from && right.eq_ignore_ascii_case(to));
        assert!(
            matches!(&answer.edits[..], [edit] if is_rename(edit)),
            "{wrong} {:?}",
            answer.edits
        );
        // In text and in HTML, the old line has the misspelled name.
        let old_line = format!("- {wrong}: ");
        let old_line =
            old_line.replace("Access_Control_Allow_Origin", "Access_control_allow_origin");
        let text = explained.to_string();
        assert!(text.contains(&format!("\n{old_line}")), "{text}");
        assert!(text.contains(&format!("\n+ {right}: ")), "{text}");
        let page = HtmlPage::new("a").with_fetch("b", &explained).to_string();
        assert!(page.contains(&format!("</span>{old_line}")), "{page}");
        let json = serde_json::to_value(&explained).unwrap();
        let header = &json["fix"]["answers"][0]["headers"][0];
        assert_eq!(header["name"], right);
        assert_eq!(
            format!("- {}: ", header["renamed_from"].as_str().unwrap()),
            old_line
        );
        assert_eq!(header["before"].as_array().unwrap().len(), 1, "{header}");
        assert_eq!(header["before"][0], header["after"]);
    }
}

/// The edit sets the right value, because a correct name alone is not enough.
#[test]
fn misspelled_name_of_a_wrong_value_is_not_renamed() {
    for (right, wrong, expected) in [
        (
            "Access-Control-Allow-Origin: https://app.example",
            "Access-Control-Allow-Origins: https://app.example/",
            "0 Access-Control-Allow-Origin: https://app.example",
        ),
        (
            "Access-Control-Allow-Credentials: true",
            "Access-Control-Allow-Credential: True",
            "0 Access-Control-Allow-Credentials: true",
        ),
        (
            "Access-Control-Allow-Methods: PUT",
            "Access-Control-Allow-Method: GET, POST",
            "0 Access-Control-Allow-Methods: PUT",
        ),
        (
            "Access-Control-Allow-Headers: x-tenant",
            "Access-Control-Allow-Header: x tenant",
            "0 Access-Control-Allow-Headers: x-tenant",
        ),
    ] {
        let explained = misspelled(right, wrong).explain();
        assert_eq!(changes(&explained), [expected], "{wrong}");
    }
}

/// A list can have several header lines. The edit sends one line with all names.
#[test]
fn misspelled_list_of_several_lines_is_one_line() {
    let explained = misspelled(
        "Access-Control-Allow-Methods: PUT",
        "Access-Control-Allow-Method: GET\nAccess-Control-Allow-Method: PUT",
    )
    .explain();
    assert_eq!(
        changes(&explained),
        ["0 Access-Control-Allow-Methods: GET, PUT"]
    );
}

/// The response to a page that the header names depends on the origin, so caches need `Vary`.
/// A tab in a list is printed as an escape, which cannot be copied as one character, so the renamed header has a space.
#[test]
fn renamed_list_has_no_tab() {
    let exchange = misspelled(
        "Access-Control-Allow-Methods: PUT",
        "Access-Control-Allow-Method: PUT,\tPATCH",
    );
    let text = exchange.explain().to_string();
    assert!(
        text.contains("\n+ Access-Control-Allow-Methods: PUT, PATCH\n"),
        "{text}"
    );
}

#[test]
fn renamed_origin_needs_vary() {
    let explained = Exchange {
        response: Some((200, "Access-Control-Allow-Origins: https://app.example")),
        ..GET
    }
    .explain();
    assert_eq!(
        changes(&explained),
        ["0 Access-Control-Allow-Origin: https://app.example"]
    );
    assert!(
        explained.to_string().contains("+ Vary: Origin"),
        "{explained}"
    );
}
