"""Go on to another page, and be there: the driver's `click` does not wait for the page that it leads to."""


def follow(page, selector):
    """Press the first link or button that the selector finds, and wait until its page is loaded."""
    with page.expect_navigation():
        page.locator(selector).first.click()
