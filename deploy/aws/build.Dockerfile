# The build: EMR Serverless's Spark 4.0, and lastro in an environment of its own beside it.
# The base's tag is EMR's release label; it was not pulled when this was written.
FROM public.ecr.aws/emr-serverless/spark/emr-spark-8.0.0:latest
USER root
RUN dnf install -y python3.11 python3.11-pip && dnf clean all \
 && python3.11 -m venv /opt/lastro \
 && /opt/lastro/bin/pip install --no-cache-dir uv
WORKDIR /src
COPY pyproject.toml uv.lock README.md LICENSE ./
COPY src ./src
RUN /opt/lastro/bin/uv export --frozen --no-default-groups --extra aws --extra postgres \
      --no-emit-project -o pins.txt \
 && VIRTUAL_ENV=/opt/lastro /opt/lastro/bin/uv pip install --no-cache -r pins.txt \
 && VIRTUAL_ENV=/opt/lastro /opt/lastro/bin/uv pip install --no-cache --no-deps .
COPY deploy/aws/verbs.py /opt/lastro/verbs.py
USER hadoop:hadoop
