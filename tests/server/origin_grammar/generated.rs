//! Generated origins, and texts that are almost an origin.

use proptest::{
    prop_oneof,
    sample::{Index, select},
    strategy::{Just, Strategy},
    test_runner::{Config, RngSeed, TestRunner},
};

use super::oracle::{assert_agreement, is_accepted, serialized_origin};

/// Generates hosts of one or more labels: plain, numbers, Punycode, other scripts, special characters.
pub(super) fn host() -> impl Strategy<Value = String> {
    let label = prop_oneof![
        4 => "[a-z0-9-]{1,6}",
        2 => "xn--[a-z0-9-]{0,8}",
        1 => "[a-zäöüßéА-яא-ת一-中０-９ａ-ｚ。]{1,5}",
        1 => "[!-~]{1,4}",
        1 => "(0x)?[0-9a-f]{0,3}",
        1 => select(vec!["xn--bcher-kva", "xn--4dbrk0ce", "xn--p1ai", "XN--P1AI", "xn--abc-", "%41", "%C3%BC", "\u{AD}", ""])
            .prop_map(str::to_owned),
    ];
    let domain = proptest::collection::vec(label, 1..4).prop_map(|labels| labels.join("."));
    let address = proptest::collection::vec("[0-9a-fA-F]{0,4}|0|::", 1..9)
        .prop_map(|pieces| format!("[{}]", pieces.join(":").replace("::::", "::")));
    prop_oneof![6 => domain, 1 => address, 1 => "[0-9]{1,3}(\\.[0-9]{1,3}){0,4}\\.?"]
}

/// Generates a text that the URL parser can read, in the form of browsers or in another form.
pub(super) fn written_origin() -> impl Strategy<Value = String> {
    let scheme = select(vec![
        "https://",
        "http://",
        "https://",
        "HTTP://",
        "https:",
        "https:\\\\",
        "http:///",
        " https://",
    ]);
    let userinfo = select(vec!["", "", "", "", "u@", "u:p@", "a@b@"]);
    let port = prop_oneof![
        4 => Just(String::new()),
        2 => "[0-9]{0,5}".prop_map(|port| format!(":{port}")),
        1 => select(vec![":80", ":443", ":00443", ":0", ":", ":65536", ":99999", ":8a"]).prop_map(str::to_owned),
    ];
    let behind = select(vec![
        "", "", "", "", "/", "?", "#", "/a:b@c", "\\", "\n", "\t ", "/%",
    ]);
    let parts = (scheme, userinfo, host(), port, behind);
    parts.prop_map(|(scheme, userinfo, host, port, behind)| {
        [scheme, userinfo, &host, &port, behind].concat()
    })
}

/// Inserts, removes or replaces one character.
fn edited(text: &str, kind: u8, at: Index, character: char) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let at = at.index(characters.len() + 1);
    match kind {
        0 => characters.insert(at, character),
        1 if at < characters.len() => drop(characters.remove(at)),
        _ if at < characters.len() => characters[at] = character,
        _ => {}
    }
    characters.into_iter().collect()
}

pub(super) fn runner() -> TestRunner {
    TestRunner::new(Config {
        cases: match std::env::var_os("PROPTEST_CASES") {
            Some(_) => Config::default().cases,
            None => 30_000,
        },
        rng_seed: RngSeed::Fixed(0x0121),
        failure_persistence: None,
        ..Config::default()
    })
}

/// The grammar accepts every serialization of `url`. After one edit of a text or of a serialization, the grammar and
/// `url` still agree.
#[test]
fn serializations_and_similar_texts_agree_with_url() {
    let edit = (
        0..3_u8,
        proptest::arbitrary::any::<Index>(),
        "[ -~ä\u{0}\t]".prop_map(|text| text.chars().next().unwrap_or(' ')),
    );
    let inputs = (written_origin(), edit);
    let result = runner().run(&inputs, |(text, (kind, at, character))| {
        assert_agreement(text.as_bytes());
        assert_agreement(edited(&text, kind, at, character).as_bytes());
        if let Some(origin) = serialized_origin(&text) {
            assert!(is_accepted(origin.as_bytes()), "{text:?}: {origin:?}");
            assert_agreement(edited(&origin, kind, at, character).as_bytes());
        }
        Ok(())
    });
    result.unwrap();
}
