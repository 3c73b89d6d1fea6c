# What an application has around the seed's receiver.
import asyncio
import os
import socket

import uvicorn
from scalekit import ScalekitClient

scalekit_client = ScalekitClient(os.environ["SCALEKIT_ENVIRONMENT_URL"], os.environ["SCALEKIT_CLIENT_ID"],
                                 os.environ["SCALEKIT_CLIENT_SECRET"])


async def create_user_account(email, name):
    print("event created", email, name, flush=True)


async def update_user_account(email, name):
    print("event updated", email, name, flush=True)


async def deactivate_user_account(email):
    print("event deactivated", email, flush=True)


SAMPLE

listener = socket.create_server(("127.0.0.1", 0))
print("listening on", listener.getsockname()[1], flush=True)
asyncio.run(uvicorn.Server(uvicorn.Config(app, log_level="warning")).serve(sockets=[listener]))
