//! Compares the parser of a single range with the naive model.
#![no_main]
#![forbid(unsafe_code)]

use arbitrary::Arbitrary;
use fetch_cors::{
    conformance::laws::safelist_matches_byte_table,
    infrastructure::range::{AllowWhitespace, Decimal, parse_a_single_range_header_value},
};
use fetch_cors_fuzz::{assert_law, cases::show, naive, values::Value};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
enum Input {
    Parts {
        unit: Unit,
        spaces: [Space; 5],
        start: Number,
        dash: Dash,
        end: Number,
        behind: Option<Value>,
    },
    Odd(Value),
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Unit {
    Bytes,
    BytesAgain,
    UpperCase,
    Items,
    None,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Space {
    None,
    NoneAgain,
    One,
    Tab,
    Both,
    NewLine,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Number {
    None,
    Small(u8),
    Any(u64),
    Zeros(u8, u8),
    Big(u64),
    Negative,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Dash {
    One,
    OneAgain,
    Two,
    None,
}

impl Input {
    fn bytes(&self) -> Vec<u8> {
        let (unit, spaces, start, dash, end, behind) = match self {
            Self::Odd(value) => return value.bytes(),
            Self::Parts {
                unit,
                spaces,
                start,
                dash,
                end,
                behind,
            } => (unit, spaces, start, dash, end, behind),
        };
        let unit = match unit {
            Unit::Bytes | Unit::BytesAgain => "bytes",
            Unit::UpperCase => "Bytes",
            Unit::Items => "items",
            Unit::None => "",
        };
        let dash = match dash {
            Dash::One | Dash::OneAgain => "-",
            Dash::Two => "--",
            Dash::None => "",
        };
        let [a, b, c, d, e] = spaces.map(Space::text);
        let (start, end) = (start.text(), end.text());
        let mut bytes = format!("{unit}{a}={b}{start}{c}{dash}{d}{end}{e}").into_bytes();
        bytes.extend(behind.iter().flat_map(Value::bytes));
        bytes
    }
}

impl Space {
    const fn text(self) -> &'static str {
        match self {
            Self::None | Self::NoneAgain => "",
            Self::One => " ",
            Self::Tab => "\t",
            Self::Both => "\t ",
            Self::NewLine => "\n",
        }
    }
}

impl Number {
    fn text(self) -> String {
        match self {
            Self::None => String::new(),
            Self::Small(number) => number.to_string(),
            Self::Any(number) => number.to_string(),
            Self::Zeros(count, number) => format!("{}{number}", "0".repeat(count.into())),
            Self::Big(number) => format!("{number}{number}"),
            Self::Negative => "-1".to_owned(),
        }
    }
}

fuzz_target!(|input: Input| {
    let value = input.bytes();
    let digits = |end: Option<Decimal<'_>>| end.map(|end| end.digits().to_owned());
    for (allow_whitespace, flag) in [(AllowWhitespace::Yes, true), (AllowWhitespace::No, false)] {
        let range = parse_a_single_range_header_value(&value, allow_whitespace);
        let ends = range.map(|range| (digits(range.start), digits(range.end)));
        assert_eq!(ends, naive::single_range(&value, flag), "{}", show(&value));
        for end in range
            .iter()
            .flat_map(|range| [range.start, range.end])
            .flatten()
        {
            assert_eq!(end.to_u64(), end.digits().parse().ok(), "{}", show(&value));
        }
    }
    let law = safelist_matches_byte_table("range", &value);
    assert_law(law, || show(&value));
});
