//! The tables of the standard, copied by hand.

/// One character for each byte, a row for each high nibble: `.` is an allowed byte, `#` is not.
pub type ByteTable = [&'static str; 16];

/// Whether the table allows a byte.
pub fn is_fine(table: &ByteTable, byte: u8) -> bool {
    let row = table[usize::from(byte) / 16].as_bytes();
    row[usize::from(byte) % 16] == b'.'
}

/// The bytes of a token (RFC 9110, 5.6.2).
pub const TOKEN: ByteTable = [
    "################", // controls
    "################", // controls
    "#.#.....##..#..#", //  !"#$%&'()*+,-./
    "..........######", // 0123456789:;<=>?
    "#...............", // @ABCDEFGHIJKLMNO
    "...........###..", // PQRSTUVWXYZ[\]^_
    "................", // `abcdefghijklmno
    "...........#.#.#", // pqrstuvwxyz{|}~ DEL
    "################", // 0x80 and above
    "################",
    "################",
    "################",
    "################",
    "################",
    "################",
    "################",
];

/// The bytes of `Accept` and `Content-Type`; `#` is a CORS-unsafe request-header byte.
pub const ACCEPT_VALUE: ByteTable = [
    "#########.######", // controls; HT is allowed
    "################", // controls
    "..#.....##......", //  !"#$%&'()*+,-./
    "..........#.#.##", // 0123456789:;<=>?
    "#...............", // @ABCDEFGHIJKLMNO
    "...........###..", // PQRSTUVWXYZ[\]^_
    "................", // `abcdefghijklmno
    "...........#.#.#", // pqrstuvwxyz{|}~ DEL
    "................", // 0x80 and above
    "................",
    "................",
    "................",
    "................",
    "................",
    "................",
    "................",
];

/// The bytes of `Accept-Language` and `Content-Language`.
pub const LANGUAGE_VALUE: ByteTable = [
    "################", // controls
    "################", // controls
    ".#########.#...#", //  !"#$%&'()*+,-./
    "..........#.#.##", // 0123456789:;<=>?
    "#...............", // @ABCDEFGHIJKLMNO
    "...........#####", // PQRSTUVWXYZ[\]^_
    "#...............", // `abcdefghijklmno
    "...........#####", // pqrstuvwxyz{|}~ DEL
    "################", // 0x80 and above
    "################",
    "################",
    "################",
    "################",
    "################",
    "################",
    "################",
];

pub const SAFELISTED_METHODS: [&str; 3] = ["GET", "HEAD", "POST"];

pub const FORBIDDEN_METHODS: [&str; 3] = ["connect", "trace", "track"];

pub const NORMALIZED_METHODS: [&str; 6] = ["delete", "get", "head", "options", "post", "put"];

pub const SAFELISTED_ESSENCES: [&str; 3] = [
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
];

pub const NO_CORS_REQUEST_NAMES: [&str; 4] = [
    "accept",
    "accept-language",
    "content-language",
    "content-type",
];

pub const FORBIDDEN_REQUEST_NAMES: [&str; 21] = [
    "accept-charset",
    "accept-encoding",
    "access-control-request-headers",
    "access-control-request-method",
    "connection",
    "content-length",
    "cookie",
    "cookie2",
    "date",
    "dnt",
    "expect",
    "host",
    "keep-alive",
    "origin",
    "referer",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

pub const METHOD_OVERRIDE_NAMES: [&str; 3] = [
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
];

pub const BODY_NAMES: [&str; 4] = [
    "content-encoding",
    "content-language",
    "content-location",
    "content-type",
];

pub const NON_WILDCARD_NAMES: [&str; 1] = ["authorization"];

pub const SAFELISTED_RESPONSE_NAMES: [&str; 7] = [
    "cache-control",
    "content-language",
    "content-length",
    "content-type",
    "expires",
    "last-modified",
    "pragma",
];

pub const FORBIDDEN_RESPONSE_NAMES: [&str; 2] = ["set-cookie", "set-cookie2"];

pub const REDIRECT_STATUSES: [u16; 5] = [301, 302, 303, 307, 308];

#[rustfmt::skip]
pub const BAD_PORTS: [u16; 83] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531,
    532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060,
    5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/// The referrer policies that have a name.
pub const REFERRER_POLICIES: [&str; 8] = [
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];
