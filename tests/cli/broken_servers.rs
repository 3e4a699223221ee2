//! Broken servers. Each server can be explained from a line of Chromium's console, from the output of `curl -i`, from a
//! recording, and from a case.

use serde_json::{Value, json};

use crate::program::file;

pub(crate) const PAGE: &str = "https://app.example";
pub(crate) const URL: &str = "https://api.example/notes";

/// A broken server, and a fetch that fails.
pub(crate) struct Broken {
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    pub(crate) header: Option<(&'static str, &'static str)>,
    pub(crate) has_credentials: bool,
    /// The output of `curl -i` for the preflight, if there is one.
    pub(crate) preflight: &'static str,
    /// The output of `curl -i` for the request.
    pub(crate) response: &'static str,
    /// Chromium's reason in the console.
    pub(crate) reason: &'static str,
    /// Whether Chromium sends the request after the preflight.
    pub(crate) is_request_sent: bool,
    /// The URL in the console message, if the server redirects the request.
    pub(crate) last_url: Option<&'static str>,
    /// The failure code.
    pub(crate) cause: &'static str,
    /// The kind of the known mistake. Empty if no mistake is known.
    pub(crate) mistake: &'static str,
    /// A line that the fix must have.
    pub(crate) fix: &'static str,
    /// Words that the likeliest fix must have, if the input is only the line of the console.
    pub(crate) likeliest_fix: &'static str,
}

const GET: Broken = Broken {
    name: "",
    method: "GET",
    header: None,
    has_credentials: false,
    preflight: "",
    response: "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: https://app.example\r\n\r\n",
    reason: "",
    is_request_sent: true,
    last_url: None,
    cause: "allow-origin-mismatch",
    mistake: "",
    fix: "+ Access-Control-Allow-Origin: https://app.example",
    likeliest_fix: "`Access-Control-Allow-Origin: https://app.example`",
};

const PUT: Broken = Broken {
    method: "PUT",
    is_request_sent: false,
    ..GET
};

pub(crate) const NINE: [Broken; 9] = [
    Broken {
        name: "slash at the end of the origin",
        cause: "allow-origin-mismatch",
        mistake: "trailing-slash",
        response: "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: https://app.example/\n\n",
        reason: "The 'Access-Control-Allow-Origin' header has a value 'https://app.example/' that is not equal to the supplied origin. Have the server send the header with a valid value.",
        ..GET
    },
    Broken {
        name: "any origin with credentials",
        cause: "wildcard-origin-not-allowed",
        mistake: "wildcard-with-credentials",
        has_credentials: true,
        response: "HTTP/2 200\naccess-control-allow-origin: *\n\n",
        reason: "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.",
        fix: "+ Access-Control-Allow-Credentials: true",
        likeliest_fix: "`Access-Control-Allow-Credentials: true`",
        ..GET
    },
    Broken {
        name: "authentication before CORS",
        cause: "preflight-missing-allow-origin-header",
        mistake: "preflight-needs-authentication",
        preflight: "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\n\r\n",
        reason: "Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
        fix: "+ status 204",
        likeliest_fix: "before authentication and routing",
        ..PUT
    },
    Broken {
        name: "no route for OPTIONS",
        cause: "preflight-missing-allow-origin-header",
        mistake: "no-route-for-options",
        preflight: "HTTP/1.1 404 Not Found\r\n\r\n",
        reason: "Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
        fix: "+ status 204",
        likeliest_fix: "answer OPTIONS at this URL with status 204",
        ..PUT
    },
    Broken {
        name: "a method missing",
        cause: "method-disallowed-by-preflight-response",
        mistake: "missing-from-list",
        method: "DELETE",
        preflight: "HTTP/1.1 204 No Content\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: GET, PUT\n\n",
        reason: "Method DELETE is not allowed by Access-Control-Allow-Methods in preflight response.",
        fix: "+ Access-Control-Allow-Methods: GET, PUT, DELETE",
        likeliest_fix: "`Access-Control-Allow-Methods: DELETE`",
        ..PUT
    },
    Broken {
        name: "a doubled header",
        cause: "multiple-allow-origin-values",
        mistake: "same-value-twice",
        response: "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Origin: *\n\n",
        reason: "The 'Access-Control-Allow-Origin' header contains multiple values '*, *', but only one is allowed. Have the server send the header with a valid value.",
        likeliest_fix: "set the header in one place only",
        fix: "- Access-Control-Allow-Origin: *",
        ..GET
    },
    Broken {
        name: "the name of a header missing",
        cause: "header-disallowed-by-preflight-response",
        mistake: "missing-from-list",
        method: "GET",
        header: Some(("X-Token", "1")),
        preflight: "HTTP/1.1 204 No Content\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: content-type\n\n",
        reason: "Request header field x-token is not allowed by Access-Control-Allow-Headers in preflight response.",
        fix: "+ Access-Control-Allow-Headers: content-type, x-token",
        likeliest_fix: "`Access-Control-Allow-Headers: x-token`",
        ..PUT
    },
    Broken {
        name: "a redirect to a slash",
        cause: "missing-allow-origin-header",
        mistake: "redirect-to-slash",
        response: "HTTP/1.1 301 Moved Permanently\nLocation: /notes/\n\nHTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\n\n",
        reason: "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
        likeliest_fix: "also on errors and redirects",
        ..GET
    },
    Broken {
        name: "no Access-Control-Allow-Credentials",
        cause: "invalid-allow-credentials",
        mistake: "",
        has_credentials: true,
        reason: "The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' when the request's credentials mode is 'include'.",
        fix: "+ Access-Control-Allow-Credentials: true",
        likeliest_fix: "`Access-Control-Allow-Credentials: true`",
        ..GET
    },
];

/// Ten further broken servers.
pub(crate) const TEN: [Broken; 10] = [
    Broken {
        name: "another port",
        response: "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: https://app.example:8443\n\n",
        mistake: "port",
        reason: "The 'Access-Control-Allow-Origin' header has a value 'https://app.example:8443' that is not equal to the supplied origin.",
        ..GET
    },
    Broken {
        name: "upper case in the origin",
        response: "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: https://App.example\n\n",
        mistake: "case",
        reason: "The 'Access-Control-Allow-Origin' header has a value 'https://App.example' that is not equal to the supplied origin.",
        ..GET
    },
    Broken {
        name: "www",
        response: "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: https://www.app.example\n\n",
        mistake: "www",
        reason: "The 'Access-Control-Allow-Origin' header has a value 'https://www.app.example' that is not equal to the supplied origin.",
        ..GET
    },
    Broken {
        name: "two origins in one value",
        response: "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: https://app.example, https://www.app.example\n\n",
        cause: "multiple-allow-origin-values",
        mistake: "several-values",
        reason: "The 'Access-Control-Allow-Origin' header contains multiple values 'https://app.example, https://www.app.example', but only one is allowed.",
        likeliest_fix: "`Access-Control-Allow-Origin: https://app.example`",
        ..GET
    },
    Broken {
        name: "http in place of https",
        response: "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: http://app.example\n\n",
        mistake: "scheme",
        reason: "The 'Access-Control-Allow-Origin' header has a value 'http://app.example' that is not equal to the supplied origin.",
        ..GET
    },
    Broken {
        name: "a method in lower case",
        method: "patch",
        preflight: "HTTP/1.1 204 No Content\nAccess-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Methods: GET, PATCH\n\n",
        cause: "method-disallowed-by-preflight-response",
        mistake: "method-case",
        reason: "Method patch is not allowed by Access-Control-Allow-Methods in preflight response.",
        fix: "write the method in upper case, `PATCH` in place of `patch`",
        likeliest_fix: "write the method in upper case: `PATCH`",
        ..PUT
    },
    Broken {
        name: "Authorization under a wildcard",
        method: "GET",
        header: Some(("Authorization", "Bearer a")),
        preflight: "HTTP/1.1 204 No Content\nAccess-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Headers: *\n\n",
        cause: "header-disallowed-by-preflight-response",
        mistake: "authorization-under-wildcard",
        reason: "Request header field authorization is not allowed by Access-Control-Allow-Headers in preflight response.",
        fix: "+ Access-Control-Allow-Headers: *, authorization",
        likeliest_fix: "`Access-Control-Allow-Headers: authorization`",
        ..PUT
    },
    Broken {
        name: "a hidden header",
        response: "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: https://app.example\nX-Total: 7\n\n",
        cause: "",
        reason: "Refused to get unsafe header \"x-total\"",
        fix: "`Access-Control-Expose-Headers` does not list this header",
        likeliest_fix: "`Access-Control-Expose-Headers: x-total`",
        ..GET
    },
    Broken {
        name: "an error without headers",
        response: "HTTP/1.1 500 Internal Server Error\n\n",
        cause: "missing-allow-origin-header",
        mistake: "error-without-headers",
        reason: "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
        likeliest_fix: "also on errors and redirects",
        ..GET
    },
    Broken {
        name: "a redirect to a login page",
        response: "HTTP/1.1 302 Found\nLocation: https://login.example/login?next=/notes\nAccess-Control-Allow-Origin: https://app.example\n\nHTTP/1.1 200 OK\nContent-Type: text/html\n\n",
        last_url: Some("https://login.example/login?next=/notes"),
        cause: "missing-allow-origin-header",
        mistake: "redirect-to-login",
        reason: "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
        fix: "+ status 401",
        likeliest_fix: "answer requests of scripts with status 401 and CORS headers",
        ..GET
    },
];

impl Broken {
    /// Returns the line of Chromium's console.
    pub(crate) fn console_line(&self) -> String {
        if self.cause.is_empty() {
            return self.reason.into();
        }
        let at = match self.last_url {
            Some(last) => format!("'{last}' (redirected from '{URL}')"),
            None => format!("'{URL}'"),
        };
        format!(
            "Access to fetch at {at} from origin '{PAGE}' has been blocked by CORS policy: {}",
            self.reason
        )
    }

    /// Writes the outputs of `curl -i` into files, and returns the arguments with which `explain` reads the files.
    /// `name` is a name for the files.
    pub(crate) fn arguments(&self, name: &str) -> Vec<String> {
        let mut arguments: Vec<String> =
            ["explain", "--origin", PAGE, "--url", URL, "-X", self.method]
                .map(String::from)
                .into();
        let mut add = |option: &str, value: String| arguments.extend([option.into(), value]);
        add("--response", file(&format!("{name}.txt"), self.response));
        if !self.preflight.is_empty() {
            let file = file(&format!("{name}-preflight.txt"), self.preflight);
            add("--preflight", file);
        }
        if let Some((name, value)) = self.header {
            add("-H", format!("{name}: {value}"));
        }
        if self.has_credentials {
            add("--credentials", "include".into());
        }
        arguments
    }

    /// Returns the line of a case.
    pub(crate) fn case(&self) -> Value {
        let answer = |response: &str| {
            let (status, headers) = status_and_headers(response);
            json!({"status": status, "headers": headers})
        };
        let answers = answers(self).into_iter().map(|(url, response)| {
            let mut entry = json!({"url": url, "response": answer(&response)});
            if url == URL && !self.preflight.is_empty() {
                entry["preflight"] = answer(&self.preflight.replace("\r\n", "\n"));
            }
            entry
        });
        let credentials = if self.has_credentials {
            "include"
        } else {
            "same-origin"
        };
        let headers: Vec<_> = self.header.into_iter().collect();
        json!({
            "id": "a",
            "fetches": [{"origin": PAGE, "url": URL, "method": self.method, "headers": headers, "credentials": credentials}],
            "server": answers.collect::<Vec<_>>(),
        })
    }
}

/// Returns each response with its URL.
fn answers(broken: &Broken) -> Vec<(String, String)> {
    let responses = broken.response.replace("\r\n", "\n");
    let responses = responses
        .split("\n\n")
        .filter(|response| !response.is_empty());
    let mut url: url::Url = URL.parse().unwrap();
    responses
        .map(|response| {
            let answer = (url.to_string(), response.to_owned());
            let (_, headers) = status_and_headers(response);
            if let Some((_, location)) = headers.iter().find(|(name, _)| *name == "Location") {
                url = url.join(location).unwrap();
            }
            answer
        })
        .collect()
}

fn status_and_headers(response: &str) -> (u16, Vec<(&str, &str)>) {
    let mut lines = response.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let headers = lines.filter_map(|line| line.split_once(": ")).collect();
    (status.parse().unwrap(), headers)
}

/// Returns an entry of a recording of Chromium.
fn entry(
    broken: &Broken,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    response: &str,
) -> Value {
    let header = |(name, value): (&str, &str)| json!({"name": name, "value": value});
    let headers = headers.iter().copied().chain([
        ("Origin", PAGE),
        ("Sec-Fetch-Mode", "cors"),
        ("Sec-Fetch-Site", "cross-site"),
    ]);
    let is_preflight = method == "OPTIONS";
    let cookie = (broken.has_credentials && !is_preflight).then_some(("Cookie", "a=b"));
    let headers: Vec<Value> = headers.chain(cookie).map(header).collect();
    let (status, pairs) = status_and_headers(response);
    let location = pairs.iter().find(|(name, _)| *name == "Location");
    json!({
        "_resourceType": if is_preflight { "preflight" } else { "fetch" },
        "request": {"method": method, "url": url, "headers": headers},
        "response": {
            "status": status,
            "headers": pairs.iter().copied().map(header).collect::<Vec<_>>(),
            // A network panel has the body of a response only if the page got the response.
            "content": if broken.cause.is_empty() { json!({"size": 2, "text": "{}"}) } else { json!({"size": 0}) },
            "redirectURL": location.map_or("", |(_, value)| *value),
        },
    })
}

pub(crate) fn recording(broken: &Broken) -> Value {
    let mut entries = Vec::new();
    if !broken.preflight.is_empty() {
        let name = broken.header.map(|(name, _)| name.to_ascii_lowercase());
        let names = name
            .as_deref()
            .map(|name| ("Access-Control-Request-Headers", name));
        let mut headers = vec![("Access-Control-Request-Method", broken.method)];
        headers.extend(names);
        entries.push(entry(broken, "OPTIONS", URL, &headers, broken.preflight));
    }
    let own: Vec<_> = broken.header.into_iter().collect();
    if broken.is_request_sent {
        for (url, response) in answers(broken) {
            // The browser does not follow a redirect without this header.
            let is_allowed = response.contains("Access-Control-Allow-Origin");
            entries.push(entry(broken, broken.method, &url, &own, &response));
            if !is_allowed {
                break;
            }
        }
    } else {
        let mut unsent = entry(broken, broken.method, URL, &own, "HTTP/1.1 0\n");
        unsent["response"]["_error"] = json!("net::ERR_FAILED");
        entries.push(unsent);
    }
    json!({"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "entries": entries}})
}
