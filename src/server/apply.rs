//! The headers merged into a response.

use http::{HeaderMap, HeaderName, header};

use super::{decide::Decision, request_value::RequestValue};

impl<'r, I, V> Decision<'r, I>
where
    I: Iterator<Item = V> + Clone,
    V: RequestValue<'r>,
{
    /// Merges the headers into a response, of an error too: what a handler set of the CORS headers
    /// goes, everything else of it stays.
    pub fn apply(&self, response: &mut HeaderMap) {
        remove_cors_headers(response);
        let said = self.said();
        let mut put = |number| {
            if let Some((name, value)) = said.header(number)
                && let Some(value) = value.to_header_value()
            {
                response.insert(name, value);
            }
        };
        // One by one, since a loop takes twice as long.
        if said.count() > 0 {
            put(0);
            put(1);
            put(2);
        }
        if said.count() > 3 {
            put(3);
            put(4);
        }
        for line in self.reflected().into_iter().flatten() {
            if let Some(line) = line.to_header_value() {
                response.append(header::ACCESS_CONTROL_ALLOW_HEADERS, line);
            }
        }
        self.vary_line().add_to(response);
    }
}

fn remove_cors_headers(response: &mut HeaderMap) {
    let is_cors = |name: &HeaderName| name.as_str().starts_with("access-control-");
    while let Some(name) = response.keys().find(|name| is_cors(name)).cloned() {
        response.remove(name);
    }
}
