//! All origins of small sets of texts.

use std::net::Ipv6Addr;

use super::oracle::{assert_agreement, serialized_origin};

/// Counts the origins that are accepted.
fn accepted(origins: impl IntoIterator<Item = Vec<u8>>) -> usize {
    let origins = origins.into_iter();
    origins.filter(|origin| assert_agreement(origin)).count()
}

fn with_schemes(rest: &str) -> [Vec<u8>; 2] {
    ["http", "https"].map(|scheme| format!("{scheme}://{rest}").into_bytes())
}

/// Returns all texts of at most `length` characters from `characters`.
fn texts(characters: &str, length: usize) -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut longest = texts.clone();
    for _ in 0..length {
        let longer = longest
            .iter()
            .flat_map(|text| characters.chars().map(move |c| format!("{text}{c}")));
        longest = longer.collect();
        texts.extend_from_slice(&longest);
    }
    texts
}

/// Each byte is inserted at each place of an origin, and replaces the byte at each place.
#[test]
fn every_byte_at_every_place_agrees_with_url() {
    let mut count = 0;
    for origin in [
        "http://a",
        "https://ab.c",
        "https://a.b.:81",
        "http://1.2.3.4",
        "http://a.1b:8",
        "http://0.0.0.0:80",
        "https://0x1.a",
        "https://a.0xa",
        "http://[::1]:81",
        "http://[1::a:ffff]",
        "https://xn--bcher-kva.de",
        "https://xn--a.xn--b",
    ] {
        for place in 0..=origin.len() {
            for byte in 0..=255 {
                let mut inserted = Vec::from(origin);
                inserted.insert(place, byte);
                let mut replaced = Vec::from(origin);
                replaced.splice(place..(place + 1).min(origin.len()), [byte]);
                count += accepted([inserted, replaced]);
            }
        }
    }
    assert!(count > 5_000, "{count}");
}

#[test]
fn every_host_of_one_or_two_ascii_characters_agrees_with_url() {
    let ascii: String = (0..=127_u8).map(char::from).collect();
    let count = accepted(texts(&ascii, 2).iter().flat_map(|host| with_schemes(host)));
    assert!(count > 4_000, "{count}");
}

#[test]
fn every_short_host_of_special_characters_agrees_with_url() {
    let hosts = texts("a1x0f.-:_A%", 5);
    let count = accepted(hosts.iter().flat_map(|host| with_schemes(host)));
    assert!(count > 50_000, "{count}");
}

#[test]
fn every_port_of_five_digits_agrees_with_url() {
    let ports = texts("0123456789", 5);
    let count = accepted(
        ports
            .iter()
            .flat_map(|port| with_schemes(&format!("a:{port}"))),
    );
    assert_eq!(count, 2 * 65_535);
    let odd = [
        "+1",
        "-1",
        " 1",
        "1 ",
        "0x1",
        "100000",
        "065535",
        "4294967376",
        ":1",
        "1:1",
        "1:",
    ];
    assert_eq!(
        accepted(
            odd.iter()
                .flat_map(|port| with_schemes(&format!("a:{port}")))
        ),
        0
    );
}

/// Returns hosts of up to five numbers, in all notations.
pub(super) fn addresses() -> impl Iterator<Item = String> {
    const NUMBERS: [&str; 14] = [
        "0",
        "1",
        "01",
        "08",
        "255",
        "256",
        "0x",
        "0x1",
        "0xg",
        "0xff",
        "65536",
        "4294967295",
        "4294967296",
        "",
    ];
    let mut hosts = vec![String::new()];
    let mut longest = vec![String::new()];
    for parts in 0..4 {
        let longer = longest.iter().flat_map(|host| {
            let dot = if parts == 0 { "" } else { "." };
            NUMBERS.map(|number| format!("{host}{dot}{number}"))
        });
        longest = longer.collect();
        hosts.extend_from_slice(&longest);
    }
    let behind = ["", ".", "..", ".a", ".1"];
    hosts
        .into_iter()
        .flat_map(move |host| behind.map(|behind| format!("{host}{behind}")))
}

#[test]
fn addresses_of_up_to_five_numbers_agree_with_url() {
    let count = accepted(addresses().flat_map(|host| with_schemes(&host)));
    assert!(count > 500, "{count}");
    let last: Vec<_> = (0..=300)
        .map(|number| format!("1.20.{number}.{number}"))
        .collect();
    assert_eq!(
        accepted(last.iter().flat_map(|host| with_schemes(host))),
        2 * 256
    );
}

/// Addresses with each set of zeros, in all forms. A form can have `::` for a run of zeros, zeros at the start of a
/// piece, upper case, or an IPv4 address at the end.
#[test]
fn ipv6_addresses_in_all_forms_agree_with_url() {
    let mut hosts = Vec::new();
    for zeros in 0..=255_u16 {
        for pieces in [
            [1, 0xAB, 0xDB8, 0xFFFF, 0x10, 2, 0xC0A8, 0x102],
            [0xFFFF; 8],
        ] {
            let mut pieces: [u16; 8] = pieces;
            for (at, piece) in pieces.iter_mut().enumerate() {
                if zeros >> at & 1 == 1 {
                    *piece = 0;
                }
            }
            hosts.push(format!("[{}]", Ipv6Addr::from(pieces)));
            let lower: Vec<_> = pieces.iter().map(|piece| format!("{piece:x}")).collect();
            let upper: Vec<_> = pieces.iter().map(|piece| format!("{piece:X}")).collect();
            let long: Vec<_> = pieces.iter().map(|piece| format!("{piece:04x}")).collect();
            let octets = [pieces[6].to_be_bytes(), pieces[7].to_be_bytes()].concat();
            let ipv4 = octets
                .iter()
                .map(u8::to_string)
                .collect::<Vec<_>>()
                .join(".");
            let with_ipv4 = [&lower[..6], &[ipv4]].concat();
            for pieces in [lower, upper, long, with_ipv4] {
                hosts.push(format!("[{}]", pieces.join(":")));
                for start in 0..=pieces.len() {
                    for end in start..=pieces.len() {
                        let (left, right) = (pieces[..start].join(":"), pieces[end..].join(":"));
                        hosts.push(format!("[{left}::{right}]"));
                    }
                }
            }
        }
    }
    let origins = hosts
        .iter()
        .map(|host| format!("http://{host}").into_bytes());
    let count = accepted(origins);
    assert!(count > 500, "{count}");
    let odd = [
        "[]",
        "[",
        "]",
        "[:]",
        "[::]",
        "[:::]",
        "[::1",
        "::1",
        "[::1]]",
        "[[::1]",
        "[::1]a",
        "[::1]:",
        "[::1%1]",
        "[::%311]",
        "%5B::1]",
        "[1:2:3:4:5:6:7]",
        "[1:2:3:4:5:6:7:8:9]",
        "[::1.2.3]",
        "[::1.2.3.4.5]",
        "[::01.2.3.4]",
        "[::256.2.3.4]",
        "[1.2.3.4::]",
        "[::fffff]",
        "[::g]",
        "[::1]:81",
        "[::1]:80",
        "[v1.a]",
        "[::1].a",
        "[::ffff:102:304]",
        "[::ffff:1.2.3.4]",
        "[::102:304]",
    ];
    let count = accepted(odd.iter().map(|host| format!("http://{host}").into_bytes()));
    assert_eq!(count, 4); // `[::]`, `[::1]:81` and two with an IPv4 address in hexadecimal
}

#[test]
fn every_short_punycode_label_agrees_with_url() {
    let mut labels = texts("abcdefghijklmnopqrstuvwxyz0123456789-", 3);
    labels.extend(texts("abkz09-", 5));
    let origins = labels.iter().flat_map(|label| {
        let label = format!("xn--{label}");
        [label.clone(), format!("{label}.a"), format!("a.{label}")]
    });
    let count = accepted(origins.map(|host| format!("https://{host}").into_bytes()));
    assert!(count > 50_000, "{count}");
}

/// Labels with code points of one block, as `url` serializes them.
#[test]
fn labels_of_all_scripts_agree_with_url() {
    let mut count = 0;
    for code_point in (0x80..0x3_2000).step_by(3) {
        let (Some(a), Some(b)) = (char::from_u32(code_point), char::from_u32(code_point + 2))
        else {
            continue;
        };
        for label in [
            format!("{a}"),
            format!("a{b}{a}b"),
            format!("{a}{a}-{b}{b}{a}"),
        ] {
            if let Some(origin) = serialized_origin(&format!("https://{label}.example")) {
                assert!(assert_agreement(origin.as_bytes()), "{label}");
                count += 1;
            }
        }
    }
    assert!(count > 50_000, "{count}");
}
