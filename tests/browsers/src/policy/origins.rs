//! The origins of pages, and the entries of policies for some of these origins.

/// Origins of pages. Each host is an IP address or `localhost`, so these pages do not need a hosts file.
pub const PLAIN_PAGES: &[&str] = &[
    "http://127.0.0.1:8001",
    "http://127.0.0.1:8004",
    "http://localhost:8003",
    "http://[::1]:8005",
    "null",
];

/// Origins of pages. No name server knows these hosts, so these pages need a hosts file.
pub const NAMED_PAGES: &[&str] = &[
    "http://app.example",
    "http://app.example:8006",
    "http://sub.app.example",
    "http://notapp.example",
    "http://app.example.other.test",
    "http://xn--bcher-kva.example",
];

/// The addresses of the servers of the pages.
pub const PLAIN_ADDRESSES: &[&str] = &[
    "127.0.0.1:8001",
    "127.0.0.1:8003",
    "[::1]:8003",
    "127.0.0.1:8004",
    "[::1]:8005",
];

pub const NAMED_ADDRESSES: &[&str] = &["127.0.0.1:80", "127.0.0.1:8006"];

/// The entries from which the policies take their origins.
pub const ENTRIES: &[&str] = &[
    "http://127.0.0.1:8001",
    "http://127.0.0.1:8004",
    "http://127.0.0.1:*",
    "http://localhost:8003",
    "http://[::1]:8005",
    "null",
    "http://app.example",
    "http://app.example:*",
    "http://*.app.example",
    "http://*.example",
    "http://xn--bcher-kva.example",
    "https://app.example",
];

/// Returns the text of a hosts file that resolves the hosts of the pages to 127.0.0.1.
pub fn hosts_file() -> String {
    let mut text = "127.0.0.1 localhost\n::1 localhost\n".to_owned();
    for page in NAMED_PAGES {
        let host = page
            .trim_start_matches("http://")
            .split(':')
            .next()
            .unwrap_or_default();
        text += &format!("127.0.0.1 {host}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_a_server() {
        for page in PLAIN_PAGES
            .iter()
            .chain(NAMED_PAGES)
            .filter(|page| **page != "null")
        {
            let url = url::Url::parse(page).unwrap();
            let port = format!(":{}", url.port_or_known_default().unwrap());
            let mut addresses = PLAIN_ADDRESSES.iter().chain(NAMED_ADDRESSES);
            assert!(addresses.any(|address| address.ends_with(&port)), "{page}");
        }
        assert!(hosts_file().contains("127.0.0.1 sub.app.example\n"));
    }
}
