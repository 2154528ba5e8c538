"""What schemathesis holds against an answer that is right."""
import schemathesis


@schemathesis.hook
def filter_failure(_context, failure, _case, response) -> bool:
    """A part of a JSON file has the type of the whole (RFC 9110, 14.4), and is no JSON by itself."""
    return not (response.status_code == 206 and "deserialization" in failure.title.lower())
