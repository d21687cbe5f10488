# The function that ingests: lastro, pinned as uv.lock says, and a handler that calls it.
FROM public.ecr.aws/lambda/python:3.13
RUN pip install --no-cache-dir uv
WORKDIR /src
COPY pyproject.toml uv.lock README.md LICENSE ./
COPY src ./src
RUN uv export --frozen --no-default-groups --extra aws --no-emit-project -o pins.txt \
 && uv pip install --system --no-cache -r pins.txt \
 && uv pip install --system --no-cache --no-deps .
WORKDIR ${LAMBDA_TASK_ROOT}
COPY deploy/aws/ingest.py ./
CMD ["ingest.handler"]
