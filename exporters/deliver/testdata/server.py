"""A mail server on loopback: aiosmtpd with faults that the test asks for.

Arguments are one JSON object: folder (where mails go, as N.eml and N.json), and
optionally certificate and key with tls ("starttls", "tls"), user and password,
refuse {address: answer}, greylist [addresses], size, silent (answers to nothing
after RCPT), drop (the line, once the content is there). Prints its port.
"""
import asyncio
import json
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

want = json.loads(sys.argv[1])
folder = pathlib.Path(want["folder"])


class Handler:
    seen, count = set(), 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if answer := want.get("refuse", {}).get(address):
            return answer
        if address in want.get("greylist", []) and address not in self.seen:
            self.seen.add(address)
            return "451 4.7.1 Greylisted, come back later"
        if want.get("silent"):
            await asyncio.sleep(600)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        Handler.count += 1
        (folder / f"{self.count}.eml").write_bytes(envelope.original_content)
        facts = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": server.transport.get_extra_info("ssl_object") is not None, "user": getattr(session, "user", ""), "hello": session.host_name}
        (folder / f"{self.count}.json").write_text(json.dumps(facts))
        if want.get("drop"):
            server.transport.abort()
        return f"250 2.0.0 Queued as {self.count}"


def authenticate(server, session, envelope, mechanism, data):
    login, password = data.login.decode(), data.password.decode()
    right = [login, password] == [want["user"], want["password"]]
    session.user = f"{login} by {mechanism}"
    return AuthResult(success=right, handled=False)


async def serve():
    context = None
    if "tls" in want:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(want["certificate"], want["key"])
    options = {"data_size_limit": want.get("size", 33554432)}
    if want.get("tls") == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if "user" in want:
        options |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": want.get("tls") == "starttls", "auth_exclude_mechanism": want.get("without", [])}
    handler = Handler()
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, **options), "127.0.0.1", 0, ssl=context if want.get("tls") == "tls" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(serve())
