"""A route that does nothing on the same server: FastAPI and uvicorn as `app.main` uses them, and none of our layers."""

import os

import uvicorn
from fastapi import FastAPI

app = FastAPI()


@app.get("/hello")
async def hello() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/api/ready")
async def ready() -> dict[str, str]:
    return await hello()


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["PEERLOOP_PORT"]), access_log=False, log_config=None, server_header=False)
