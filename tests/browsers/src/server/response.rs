//! The bytes of a response.

use crate::case::{Answer, Header};

/// The body of each response that can have a body.
const BODY: &str = "ok";

/// Returns the bytes of the answer to a request with the given method. Returns `None` if the connection is closed
/// without a response.
pub fn bytes(answer: &Answer, method: &str) -> Option<Vec<u8>> {
    let Answer::Response { status, headers } = answer else {
        return None;
    };
    let has_length = headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let body = if matches!(status, 204 | 304) || has_length {
        ""
    } else {
        BODY
    };
    // A response with status 204 does not have a `Content-Length`.
    let length = (*status != 204 && !has_length).then_some(body.len());
    let mut bytes = head(*status, headers, length);
    if method != "HEAD" {
        bytes.extend_from_slice(body.as_bytes());
    }
    Some(bytes)
}

/// Returns the bytes of a response that does not belong to a case, such as the recorder's page.
pub fn page(content_type: &str, others: &[Header], body: &str) -> Vec<u8> {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut headers = vec![
        header("Content-Type", content_type),
        header("Cache-Control", "no-store"),
    ];
    headers.extend_from_slice(others);
    let mut bytes = head(200, &headers, Some(body.len()));
    bytes.extend_from_slice(body.as_bytes());
    bytes
}

fn head(status: u16, headers: &[Header], length: Option<usize>) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status} Status\r\n");
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    if let Some(length) = length {
        text += &format!("Content-Length: {length}\r\n");
    }
    text += "Connection: close\r\n\r\n";
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str, method: &str) -> Option<String> {
        let answer = serde_json::from_str(json).unwrap();
        bytes(&answer, method).map(|bytes| bytes.into_iter().map(char::from).collect())
    }

    #[test]
    fn headers_are_sent_as_they_are() {
        let answer = r#"{"status":200,"headers":[["X-A"," \t1"],["x-a","é"],["X-B",""]]}"#;
        assert_eq!(
            text(answer, "GET").unwrap(),
            "HTTP/1.1 200 Status\r\nX-A:  \t1\r\nx-a: \u{e9}\r\nX-B: \r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
        );
        assert!(text(answer, "HEAD").unwrap().ends_with("\r\n\r\n"));
    }

    #[test]
    fn responses_without_a_body_are_sent() {
        assert!(!text(r#"{"status":204}"#, "GET").unwrap().contains("Length"));
        assert!(
            text(r#"{"status":304}"#, "GET")
                .unwrap()
                .ends_with("\r\n\r\n")
        );
        assert_eq!(text(r#"{"error":"network"}"#, "GET"), None);
    }

    #[test]
    fn page_has_its_length() {
        let bytes = page("text/html", &[], "ä");
        assert!(
            String::from_utf8(bytes)
                .unwrap()
                .ends_with("Content-Length: 2\r\nConnection: close\r\n\r\nä")
        );
    }
}
