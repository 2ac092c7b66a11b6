"""Logs in, and notes which functions of a module of gazu are called."""
import functools
import inspect
import os

import gazu


def log_in():
    gazu.set_host(os.environ["TURNOVER_HOST"] + "/api")
    assert gazu.log_in("admin@example.com", "correct horse")["login"]


def note(*modules):
    """Each first call of a public function is printed, for the test to count."""
    for module in modules:
        short = module.__name__.rsplit(".", 1)[-1]
        for name, function in inspect.getmembers(module, callable):
            if name.startswith("_") or getattr(function, "__module__", "") != module.__name__:
                continue
            setattr(module, name, noted(f"{short}.{name}", function))
            print("has", f"{short}.{name}")


def noted(name, function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        print("called", name)
        return function(*args, **kwargs)

    return wrapper


def refused(exception, function, *args, **kwargs):
    """Checks that a call is refused."""
    try:
        function(*args, **kwargs)
    except exception:
        return
    raise SystemExit(f"{function.__name__} was not refused")


def names(rows):
    return [row["name"] for row in rows]
